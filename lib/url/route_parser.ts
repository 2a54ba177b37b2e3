/** The grammar of URLs. Paths are read from their end, by names alone: no file is opened. */

import { RequestError } from "../errors.ts";
import { getAssetFile, splitPath } from "./path.ts";
import {
  type AssetResource,
  type FileRoute,
  matchRoute,
  RENDITION_NAME,
  type RouteRow,
  type VersionedResource,
} from "./route.ts";

export interface RouteTable<Page, Path, Manifest, Media> {
  /** `<pkg>/<name>` and `<directory>/<name>` */
  readonly pages: readonly RouteRow<Page>[];
  readonly paths: readonly RouteRow<Path>[];
  /** `<pkg>/<name>`, and as the row declares `<directory>/<name>` */
  readonly manifests: readonly RouteRow<Manifest>[];
  /** `<pkg>/<version>/<rendition>/<name>`, and the same in a directory */
  readonly media: readonly RouteRow<Media>[];
}

const VERSION = /^v[0-9a-f]+$/;
const RENDITION = new RegExp(`^${RENDITION_NAME}$`);

/** A BCP 47 tag, roughly. */
const LANGUAGE = "(?:[a-z]{2,8}|x)(?:-[A-Za-z0-9]{1,8})*";

/** A directory may contain files of any name, so only generated names are its own resources. */
const GENERATED_VERSION = /^v[0-9a-f]{12}$/;
const GENERATED_RENDITION = new RegExp(
  `^(?:(?:video|audio|image)_${LANGUAGE}=[0-9]+|caption_${LANGUAGE})(?:_[0-9]+)?$`,
);

/**
 * The parser takes a path as the client sent it, without query. It throws RequestError `BAD_REQUEST` for a malformed
 * path, `NOT_FOUND` for media that no asset has.
 */
export function createRouteParser<
  Page extends object,
  Path extends object,
  Manifest extends object,
  Media extends object,
>({ pages, paths, manifests, media }: RouteTable<Page, Path, Manifest, Media>) {
  type AssetRoute = AssetResource<Manifest> | VersionedResource<Media>;
  type Route = AssetResource<Page> | Path | AssetRoute | FileRoute<AssetRoute>;

  function parseMedia(names: readonly string[]): VersionedResource<Media> | undefined {
    const [version, rendition, name] = names.slice(-3);
    const file = getAssetFile(names.slice(0, -3));
    if (file === undefined || name === undefined || !VERSION.test(version!)) return undefined;
    const route = matchRoute(media, `${rendition}/${name}`);
    if (route) return { ...route, file, version: version! };
    if (!RENDITION.test(rendition!)) return undefined;
    throw new RequestError(
      "NOT_FOUND",
      `Cannot find '${name}' of a rendition: expected init.mp4, <time>.m4s or another name from its manifests`,
    );
  }

  function parseAsset(names: readonly string[]): Route | undefined {
    const file = getAssetFile(names.slice(0, -1));
    if (file === undefined) return undefined;
    const name = names.at(-1)!;
    const route = matchRoute(pages, name) ?? matchRoute(manifests, name);
    return route && { ...route, file };
  }

  function parseDirectory(names: readonly string[]): Route | undefined {
    const name = names.at(-1)!;
    const file = names.slice(0, -1).join("/");
    const page = matchRoute(pages, name);
    if (page) return { ...page, file };
    const path = matchRoute(paths, names.join("/"));
    if (path) return path;
    const manifest = matchRoute(manifestsOfDirectories, name);
    if (manifest) return { ...manifest, file };
    const fallback = parseDirectoryMedia(names) ?? parseFallback(name, file);
    return fallback && { kind: "file", file: names.join("/"), fallback };
  }

  function parseDirectoryMedia(names: readonly string[]): VersionedResource<Media> | undefined {
    const [version, rendition, name] = names.slice(-3);
    if (name === undefined || !GENERATED_VERSION.test(version!)) return undefined;
    const route = matchRoute(media, `${rendition}/${name}`);
    if (!route || !hasGeneratedName(route)) return undefined;
    return { ...route, file: names.slice(0, -3).join("/"), version: version! };
  }

  function parseFallback(name: string, file: string): AssetResource<Manifest> | undefined {
    const route = matchRoute(fallbacks, name);
    return route && hasGeneratedName(route) ? { ...route, file } : undefined;
  }

  const manifestsOfDirectories = manifests.filter(({ inDirectory }) => inDirectory === "always");
  const fallbacks = manifests.filter(({ inDirectory }) => inDirectory === "fallback");

  return (rawPath: string): Route => {
    const names = splitPath(rawPath);
    const route = parseMedia(names) ?? parseAsset(names);
    if (route) return route;
    if (names.slice(0, -1).includes("")) {
      throw new RequestError("NOT_FOUND", "Cannot find a file whose path has an empty segment");
    }
    return parseDirectory(names) ?? { kind: "file", file: names.join("/") };
  };
}

function hasGeneratedName(route: { readonly rendition?: string }): boolean {
  return route.rendition === undefined || GENERATED_RENDITION.test(route.rendition);
}
