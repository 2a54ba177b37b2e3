/** Protected presentations of testdata/, with the keys of Microsoft's public seed. */

import type { AssetKeys, GetAssetKeys, KeyIds } from "../lib/drm/asset_keys.ts";
import type { EncryptionScheme } from "../lib/drm/encryption_scheme.ts";
import { type KeySource, type Licences, parseKeyFile } from "../lib/drm/key_file.ts";
import { deriveKid } from "../lib/drm/key_id.ts";
import { KEY_LABELS, type KeyLabel, type KeyPer } from "../lib/drm/key_label.ts";
import { getLocalKeys } from "../lib/drm/source_keys.ts";
import type { DrmSystemName } from "../lib/drm/system_id.ts";
import type { VendorSignalling } from "../lib/drm/vendor_signalling.ts";
import type { PackageProtection } from "../lib/package/protection.ts";
import { toPackage } from "../lib/presentation/to_package.ts";
import { openFile } from "../lib/storage/local/file.ts";
import { PLAYREADY_TEST_SEED } from "./drm/vectors.ts";
import {
  type InputOptions,
  openInputs,
  openPackage,
  type OpenPresentation,
} from "./open_presentation.ts";

export interface ProtectionOptions {
  readonly scheme: EncryptionScheme;
  /** Default: `all`. */
  readonly per?: KeyPer;
  /** Default: all four. */
  readonly systems?: readonly DrmSystemName[];
  readonly licences?: Licences;
  /** Default: the test seed. */
  readonly seed?: string;
  readonly servesKeys?: boolean;
  /** Default: 2 seconds. */
  readonly segmentDuration?: number;
  /** What a key server signals of each key; default: nothing. */
  readonly signalling?: ReadonlyMap<DrmSystemName, VendorSignalling>;
}

export const CONTENT = "heat";

/** What `amspackager --protect` writes. */
export function declareProtection({ scheme, per = "all" }: ProtectionOptions): PackageProtection {
  const kids: KeyIds = Object.fromEntries(
    KEY_LABELS[per].map((label: KeyLabel) =>
      [label, deriveKid({ content: CONTENT, scheme, label })] as const
    ),
  );
  return { scheme, source: "house", content: CONTENT, kids };
}

/** Returns the keys of a seed, as the key worker does. */
export function getSeededKeys(
  { systems = ["widevine", "playready", "fairplay", "clearkey"], licences = {}, seed, signalling }:
    ProtectionOptions,
): GetAssetKeys {
  const house = { seed: seed ?? PLAYREADY_TEST_SEED, systems, licences };
  const source = parseKeyFile(JSON.stringify({ ams: 1, sources: { house } })).get("house")!;
  return ({ kids = {} }) => Promise.resolve(toAssetKeys(source, kids, signalling));
}

function toAssetKeys(
  source: KeySource,
  kids: KeyIds,
  signalled: ProtectionOptions["signalling"],
): AssetKeys {
  if (source.kind !== "seed") throw new TypeError("expected a seed");
  const { systems, licences } = source;
  const keys = getLocalKeys(source, Object.values(kids));
  const signalling = new Map(signalled ? Object.values(kids).map((kid) => [kid, signalled]) : []);
  return { keys, systems, licences, signalling, rules: [] };
}

/** Another seed than that of the tests, for keys that differ. */
export const OTHER_SEED: string = new Uint8Array(30).fill(7).toBase64();

/** Opens files of testdata/ as a protected package; the caller closes it. */
export async function openProtected(
  inputs: readonly (string | InputOptions)[],
  options: ProtectionOptions,
): Promise<OpenPresentation> {
  const open = (name: string) => openFile(`testdata/${name}`, name);
  const clear = await openInputs(
    inputs.map((input) => typeof input === "string" ? { file: input } : input),
    { segmentDuration: options.segmentDuration ?? 2, open },
  );
  return await protect(clear, options);
}

/** Closes a presentation of testdata/, and opens it as a protected package. */
export async function protect(
  clear: OpenPresentation,
  options: ProtectionOptions,
): Promise<OpenPresentation> {
  const pack = toPackage(clear);
  clear.close();
  const open = (name: string) => openFile(`testdata/${name}`, name);
  const { servesKeys = false } = options;
  const keys = { file: "heat.json", getKeys: getSeededKeys(options), servesKeys };
  return await openPackage({ ...pack, protection: declareProtection(options) }, open, keys);
}
