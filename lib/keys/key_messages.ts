/** Messages between the thread that holds keys and those that encrypt. */

import type { KeysCode } from "../errors.ts";
import type { AssetKeyRequest, AssetKeys } from "../drm/asset_keys.ts";
import type { ContentKey } from "../drm/content_key.ts";
import { Secret } from "../drm/secret.ts";

export interface KeyQuery {
  readonly id: number;
  readonly request: AssetKeyRequest;
}

export type KeyReply =
  & { readonly id: number }
  & (
    | { readonly keys: Revealed<AssetKeys> }
    | { readonly error: { readonly code: KeysCode | "INTERNAL"; readonly message: string } }
  );

/** A structured clone of a Secret is empty, so its value is sent. Not for logs. */
export type Revealed<T extends WithKeys> = Omit<T, "keys"> & {
  readonly keys: readonly RevealedKey[];
};

interface WithKeys {
  readonly keys: ReadonlyMap<string, ContentKey>;
}

interface RevealedKey extends Omit<ContentKey, "key"> {
  readonly key: Uint8Array;
}

export function revealKeys<T extends WithKeys>({ keys, ...rest }: T): Revealed<T> {
  return { ...rest, keys: Array.from(keys.values(), (it) => ({ ...it, key: it.key.reveal() })) };
}

export function concealKeys<T extends WithKeys>({ keys, ...rest }: Revealed<T>): T {
  const concealed = keys.map((it) => [it.kid, { ...it, key: new Secret(it.key) }] as const);
  return { ...rest, keys: new Map(concealed) } as unknown as T;
}
