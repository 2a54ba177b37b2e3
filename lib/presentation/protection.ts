/** Requests the keys of a presentation, and decides how each rendition is encrypted. */

import type { AssetKeys, GetAssetKeys, KeyIds } from "../drm/asset_keys.ts";
import { computeKeyFingerprint, getConstantIv } from "../drm/content_key.ts";
import type { EncryptionScheme } from "../drm/encryption_scheme.ts";
import { getLicenceUrl } from "../drm/key_file.ts";
import { getKeyLabel, getKeyPer } from "../drm/key_label.ts";
import { invalidKeys } from "../drm/keys_error.ts";
import { keyUrl } from "../drm/routes.ts";
import { deriveFirstIv } from "../drm/sample_iv.ts";
import { DRM_SYSTEMS } from "../drm/system_id.ts";
import { assignKeys } from "../drm/usage_rules.ts";
import { KeysError, MediaError, withFileName } from "../errors.ts";
import type { EncryptionPattern } from "../mp4/protection.ts";
import type { PackageProtection } from "../package/protection.ts";
import {
  computeEncryptedBandwidths,
  type EncryptedBandwidths,
  loadMeasuredSamples,
} from "./encrypted_bandwidth.ts";
import type {
  EncryptionBase,
  Protection,
  ProtectionKey,
  RenditionEncryption,
} from "./encryption.ts";
import type { MediaRendition, Rendition } from "./presentation.ts";
import type { Timeline } from "./segment_timeline.ts";
import { WorkPauses } from "../work_pauses.ts";

/** How a presentation gets its keys. */
export interface KeyAccess {
  /** Path of the package from the document root. */
  readonly file: string;
  readonly getKeys: GetAssetKeys;
  /** True if the server gives players the keys of `aes-128`. */
  readonly servesKeys: boolean;
}

/** A protected presentation before its version is known, from which IVs are derived. */
export interface AssignedKeys {
  readonly protection: Protection;
  /** KIDs by the name of the rendition. */
  readonly kids: ReadonlyMap<string, string>;
}

/** Blocks of video in `cbcs` that are encrypted and skipped (23001-7 §10.4.2); all blocks of audio are encrypted (§10.4.3). */
const PATTERNS: Readonly<Record<"video" | "audio", EncryptionPattern>> = {
  video: { crypt: 1, skip: 9 },
  audio: { crypt: 0, skip: 0 },
};

/**
 * Requests keys and assigns them to audio and video.
 *
 * @throws KeysError; MediaError `MEDIA_UNSUPPORTED` for a codec that cannot be protected, `PACKAGE_INVALID` if no KID is for a rendition
 */
export async function requestKeys(
  declared: PackageProtection,
  renditions: readonly Rendition[],
  access: KeyAccess | undefined,
): Promise<AssignedKeys> {
  const { source, content, scheme, kids } = declared;
  if (!access) {
    throw new KeysError("KEYS_MISSING", `Cannot find source '${source}': no key file is set`);
  }
  const media = renditions.filter(isProtected);
  for (const rendition of media) requireProtection(rendition, scheme);
  const { file, getKeys } = access;
  const declaredKids = kids && withFileName(
    file,
    () => new Map(media.map((rendition) => [rendition.name, findKid(rendition, kids)])),
  );
  const found = await getKeys({ file, source, content, scheme, ...kids && { kids } });
  const assigned = declaredKids ?? assignKeys(found.rules, media);
  const keys = [...new Set(assigned.values())].sort().map((kid) =>
    [kid, toProtectionKey(kid, found, { declared, access })] as const
  );
  return {
    kids: assigned,
    protection: {
      scheme,
      content,
      ...kids && { kids },
      systems: DRM_SYSTEMS.filter((system) => found.systems.includes(system)),
      keys: new Map(keys),
    },
  };
}

/** Subtitles and images are not protected. */
export function isProtected(rendition: Rendition): rendition is MediaRendition {
  return rendition.type === "video" || rendition.type === "audio";
}

/**
 * Refuses what cannot be protected before any segment is requested.
 *
 * @throws MediaError: `MEDIA_UNSUPPORTED` for a codec or layers that cannot be protected, `MEDIA_INVALID` for broken parameter sets
 */
export function requireProtection(
  { codec: { protection }, description, track: { entries }, file }: MediaRendition,
  scheme: EncryptionScheme,
): void {
  if (scheme === "aes-128" || protection === "samples") return;
  if (!protection) {
    const why = `Cannot protect ${description.codec} with ${scheme}, expected aes-128`;
    throw new MediaError(why, "MEDIA_UNSUPPORTED").inFile(file);
  }
  withFileName(file, () => entries.forEach((entry) => protection(entry)));
}

function findKid({ name, description }: MediaRendition, kids: KeyIds): string {
  const per = getKeyPer(Object.keys(kids));
  const label = per && getKeyLabel(per, description);
  const kid = label && kids[label];
  if (kid) return kid;
  const why = `Cannot find the KID of '${name}': expected the label ${label}`;
  throw new MediaError(why, "PACKAGE_INVALID").in("protection.kids");
}

function toProtectionKey(
  kid: string,
  { keys, licences, signalling }: AssetKeys,
  { declared: { scheme, content }, access: { file, servesKeys } }: {
    readonly declared: PackageProtection;
    readonly access: KeyAccess;
  },
): ProtectionKey {
  const key = keys.get(kid);
  if (!key) throw invalidKeys(`Cannot find the key of KID ${kid}`);
  const values = { content, kid, package: file.split("/").map(encodeURIComponent).join("/") };
  const names = scheme === "aes-128" ? ["aes-128"] as const : DRM_SYSTEMS;
  const urls = names.map((name) => [name, getLicenceUrl({ licences }, name, values)] as const)
    .filter(([, url]) => url !== undefined);
  const own = scheme === "aes-128" && servesKeys ? { "aes-128": keyUrl(kid) } : {};
  return {
    key,
    licences: { ...own, ...Object.fromEntries(urls) },
    signalling: signalling.get(kid) ?? new Map(),
  };
}

/** Returns what decides the bytes of encrypted segments, for the version in their URLs. */
export function describeEncryption({ protection: { scheme, keys }, kids }: AssignedKeys): string[] {
  return [
    scheme,
    ...Array.from(kids, (pair) => pair.join(" ")),
    ...Array.from(keys.values(), ({ key }) => {
      const iv = scheme === "cbcs" ? getConstantIv(key).toHex() : "";
      return `${key.kid} ${iv} ${computeKeyFingerprint(key)}`;
    }),
  ];
}

/**
 * Adds encryption to audio and video, and what it adds to their bandwidth.
 *
 * @param digest of everything that decides the media bytes, in full: IVs of `cenc` are derived from it
 */
export async function encryptRenditions(
  renditions: readonly Rendition[],
  { protection, kids }: AssignedKeys,
  { digest, targetDuration }: { readonly digest: Uint8Array; readonly targetDuration: number },
): Promise<Rendition[]> {
  const measure = shareBandwidths(targetDuration);
  await loadMeasuredSamples(renditions.filter(isProtected), protection.scheme);
  const pauses = new WorkPauses();
  const encrypted: Rendition[] = [];
  for (const rendition of renditions) { // one after the other, since each reads a segment into memory
    await pauses.check();
    const kid = kids.get(rendition.name);
    if (kid === undefined || !isProtected(rendition)) {
      encrypted.push(rendition);
      continue;
    }
    const base = { key: protection.keys.get(kid)!.key, kids: [...protection.keys.keys()] };
    const encryption = toEncryption(rendition, { ...base, protection, digest });
    const { keyFrameExcess, ...bandwidths } = await measure(rendition, encryption);
    encrypted.push({ ...rendition, ...bandwidths, encryption: { ...encryption, keyFrameExcess } });
  }
  return encrypted;
}

/** Measures renditions of the same segments once, since a package may list a track often. */
function shareBandwidths(targetDuration: number) {
  const measured = new Map<Timeline, Promise<EncryptedBandwidths>>();
  return (rendition: MediaRendition, encryption: RenditionEncryption) => {
    const known = measured.get(rendition.timeline) ??
      computeEncryptedBandwidths(rendition, encryption, targetDuration);
    measured.set(rendition.timeline, known);
    return known;
  };
}

function toEncryption(
  { name, type, codec }: MediaRendition,
  { key, kids, protection: { scheme }, digest }: EncryptionBase & {
    readonly protection: Protection;
    readonly digest: Uint8Array;
  },
): RenditionEncryption {
  const base = { key, kids };
  if (scheme === "aes-128") return { ...base, scheme };
  const protection = codec.protection!;
  if (scheme === "cenc") {
    const firstIv = deriveFirstIv({ key: key.key.reveal(), digest, rendition: name });
    return { ...base, scheme, protection, firstIv };
  }
  const pattern = PATTERNS[type === "video" ? "video" : "audio"];
  return { ...base, scheme, protection, iv: getConstantIv(key), pattern };
}
