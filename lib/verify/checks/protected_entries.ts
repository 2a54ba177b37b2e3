/** Checks the sample entries and the pssh of an encrypted init segment (23001-7 §8, §9.6). */

import { createHash } from "node:crypto";
import type { ContentKey } from "../../drm/content_key.ts";
import type { Protection } from "../../presentation/encryption.ts";
import type { MediaRendition } from "../../presentation/presentation.ts";
import { bytesEqual } from "../bytes_equal.ts";
import type { Report } from "../findings.ts";
import type {
  ProtectedEntry,
  ProtectedInit,
  TrackEncryptionDeclaration,
} from "../readers/protected_init.ts";

interface Expected {
  readonly rendition: MediaRendition;
  readonly protection: Protection;
}

/** Version 1.0 of Common Encryption (23001-7 §4.1). */
const SCHEME_VERSION = 0x00010000;

/** Every entry of a track is protected, under one KID. */
export function checkSampleEntries(
  { entries }: ProtectedInit,
  expected: Expected,
  report: Report,
): void {
  for (const [i, entry] of entries.entries()) {
    const message = entry ? findDifference(entry, expected) : "it is not protected";
    if (message !== undefined) report("protection", `entry ${i + 1}: ${message}`);
    if (entry?.tenc) checkConstantIv(entry.tenc, expected, report);
  }
}

function findDifference(
  { type, boxTypes, sinfTypes, format, scheme, tenc }: ProtectedEntry,
  expected: Expected,
): string | undefined {
  const { rendition, protection } = expected;
  const expectedType = rendition.type === "video" ? "encv" : "enca";
  if (type !== expectedType) return `its type is ${type}, expected ${expectedType}`;
  const sinfs = boxTypes.filter((name) => name === "sinf").length;
  if (sinfs !== 1) return `got ${sinfs} sinf, expected 1`;
  if (sinfTypes.join(" ") !== "frma schm schi") {
    return `sinf has ${sinfTypes.join(" ")}, expected frma schm schi`;
  }
  if (format === "") return "frma has no type";
  if (scheme?.type !== protection.scheme) {
    return `schm has ${scheme?.type}, expected ${protection.scheme}`;
  }
  if (scheme.version !== SCHEME_VERSION || scheme.flags !== 0) {
    return `schm has version ${scheme.version} and flags ${scheme.flags}`;
  }
  return tenc ? findTencDifference(tenc, expected) : "tenc is missing";
}

/** Values of cbcs: a tenc of version 1 also for audio, whose blocks are all encrypted. */
function findTencDifference(
  tenc: TrackEncryptionDeclaration,
  { rendition: { type, encryption }, protection: { scheme } }: Expected,
): string | undefined {
  const kid = encryption!.key.kid.replaceAll("-", "");
  if (tenc.kid !== kid) return `tenc has KID ${tenc.kid}, expected ${kid}`;
  const isCenc = scheme === "cenc";
  const [crypt, skip] = isCenc || type === "audio" ? [0, 0] : [1, 9];
  const values = [
    ["version", tenc.version, isCenc ? 0 : 1],
    ["default_isProtected", tenc.isProtected, 1],
    ["an IV size", tenc.ivSize, isCenc ? 8 : 0],
    ["encrypted blocks", tenc.crypt, crypt],
    ["skipped blocks", tenc.skip, skip],
    ["a constant IV size", tenc.constantIv.length, isCenc ? 0 : 16],
  ] as const;
  const wrong = values.find(([, got, value]) => got !== value);
  return wrong && `tenc has ${wrong[0]} ${wrong[1]}, expected ${wrong[2]}`;
}

/** License servers of FairPlay know the IV of the key; without one it is derived from the KID (docs/drm.md). */
function checkConstantIv(
  { kid, constantIv }: TrackEncryptionDeclaration,
  { protection: { keys } }: Expected,
  report: Report,
): void {
  const found = [...keys.values()].find(({ key }) => key.kid.replaceAll("-", "") === kid);
  if (!found || constantIv.length === 0) return;
  if (bytesEqual(constantIv, found.key.iv ?? deriveIv(found.key))) return;
  report("IV", "the constant IV is not that of the key");
}

function deriveIv({ kid }: ContentKey): Uint8Array {
  const hash = createHash("sha256").update("ams iv\n").update(kid.replaceAll("-", ""), "hex");
  return new Uint8Array(hash.digest().subarray(0, 16));
}

/** The SystemID of key identifiers that any DRM system may use (W3C "cenc" Initialization Data Format §2). */
const COMMON_SYSTEM_ID = "1077efecc0b24d02ace33c1e52e2fb4b";

/** Players request the keys that an init segment lists, so that each lists all of the asset. */
export function checkPssh(
  { pssh, moovTypes }: ProtectedInit,
  { keys }: Protection,
  report: Report,
): void {
  const [box, ...more] = pssh;
  if (!box || more.length > 0) return report("pssh", `got ${pssh.length}, expected 1`);
  if (moovTypes.at(-1) !== "pssh") report("pssh", "it is not the last box of moov");
  const { version, systemId, kids, data, isWhole } = box;
  if (!isWhole) report("pssh", "its size differs from what it contains");
  if (systemId !== COMMON_SYSTEM_ID) report("pssh", `its SystemID is ${systemId}`);
  if (version !== 1) report("pssh", `its version is ${version}, expected 1`);
  if (data.length > 0) report("pssh", `it has ${data.length} bytes of data, expected none`);
  const expected = [...keys.keys()].map((kid) => kid.replaceAll("-", "")).sort();
  if (kids.join(" ") !== expected.join(" ")) {
    report("pssh", `it has KIDs ${kids.join(" ")}, expected ${expected.join(" ")}`);
  }
}
