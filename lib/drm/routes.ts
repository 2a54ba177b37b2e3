/** URLs of keys for players, which packages alone have. */

import { defineRoute, type RouteRow } from "../url/route.ts";

export type KeyResource =
  | { readonly kind: "license" }
  | { readonly kind: "key"; readonly kid: string };

const LICENSE_NAME = "clearkey";

export const KEY_ROUTES: readonly RouteRow<KeyResource>[] = [
  defineRoute(LICENSE_NAME, "license"),
  defineRoute("key/<kid>", "key"),
];

/** Returns whether a raw path can be that of license requests. */
export function mayBeLicensePath(rawPath: string): boolean {
  return rawPath.endsWith(`/${LICENSE_NAME}`);
}

/** Returns the URL relative to the playlist. */
export function keyUrl(kid: string): string {
  return `key/${kid}`;
}
