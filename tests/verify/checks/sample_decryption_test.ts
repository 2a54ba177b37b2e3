/** Mutations of media whose samples are encrypted. */

import { planCmafSegment } from "../../../lib/cmaf/segment.ts";
import type { RenditionEncryption } from "../../../lib/presentation/encryption.ts";
import type { MediaRendition, Presentation } from "../../../lib/presentation/presentation.ts";
import { SegmentProtection } from "../../../lib/presentation/segment_protection.ts";
import type { SegmentPlan } from "../../../lib/storage/read_plan.ts";
import { GENERATORS, type Generators } from "../../../lib/verify/generators.ts";
import { CLEAR } from "../../clear_protection.ts";
import { assertFinds, type Expected, findBox, MUTATED, mutatePlan } from "../mutations.ts";
import type { ProtectionOptions } from "../../protected_presentations.ts";

const FILES = ["pair-avc-aac.mp4"];

type Change = (bytes: Uint8Array) => void;

function changed(bytes: Uint8Array, change: Change): Uint8Array {
  const copy = bytes.slice();
  change(copy);
  return copy;
}

/** Changes a byte behind the type of the first box of a type. */
const increment = (type: string, offset: number): Change => (bytes) => {
  bytes[findBox(bytes, type) + 8 + offset]!++;
};

const inInit = (change: Change) => (): Partial<Generators> => ({
  init: (rendition) => changed(GENERATORS.init(rendition), change),
});

const inSegment = (change: Change) => (): Partial<Generators> => ({
  cmafSegment(rendition, index) {
    const plan = GENERATORS.cmafSegment(rendition, index);
    return index === MUTATED ? mutatePlan(plan, (bytes) => changed(bytes, change)) : plan;
  },
});

/** Removes the box from the end of moov. */
function withoutPssh(bytes: Uint8Array): Uint8Array {
  const shorter = bytes.slice(0, findBox(bytes, "pssh"));
  new DataView(shorter.buffer).setUint32(
    findBox(shorter, "moov"),
    shorter.length - findBox(shorter, "moov"),
  );
  return shorter;
}

function withEncryption(
  rendition: MediaRendition,
  change: Partial<RenditionEncryption> | { readonly firstIv: bigint },
): MediaRendition {
  const encryption = { ...rendition.encryption!, ...change } as RenditionEncryption;
  return { ...rendition, encryption };
}

function getFirstIv({ renditions }: Presentation, type: string): bigint {
  const found = [...renditions.values()].find((one) => one.type === type) as MediaRendition;
  return found.encryption?.scheme === "cenc" ? found.encryption.firstIv : 0n;
}

const CENC: ProtectionOptions = { scheme: "cenc" };
const CBCS: ProtectionOptions = { scheme: "cbcs" };

type Case = [
  what: string,
  protection: ProtectionOptions,
  change: (presentation: Presentation) => Partial<Generators>,
  expected: Expected,
];

const inCmaf = (rule: Expected["rule"], more: Partial<Expected> = {}): Expected => ({
  format: "CMAF",
  rule,
  ...more,
});

const CASES: Case[] = [
  ["another scheme in schm", CENC, inInit(increment("schm", 7)), inCmaf("protection")],
  ["another version in schm", CENC, inInit(increment("schm", 11)), inCmaf("protection")],
  ["another KID in tenc", CENC, inInit(increment("tenc", 8)), inCmaf("protection")],
  ["another pattern in tenc", CBCS, inInit(increment("tenc", 5)), inCmaf("protection")],
  ["another IV size in tenc", CENC, inInit(increment("tenc", 7)), inCmaf("protection")],
  ["an entry of another type", CENC, inInit(increment("frma", 3)), inCmaf("sample entry")],
  [
    "a clear init segment",
    CENC,
    () => ({ init: (rendition) => GENERATORS.init(omitEncryption(rendition)) }),
    inCmaf("protection", { message: "entry 1: it is not protected" }),
  ],
  ["another constant IV", CBCS, inInit(increment("tenc", 25)), inCmaf("IV")],
  [
    "no pssh",
    CENC,
    () => ({ init: (rendition) => withoutPssh(GENERATORS.init(rendition)) }),
    inCmaf("pssh", { message: "got 0, expected 1" }),
  ],
  ["another SystemID in pssh", CENC, inInit(increment("pssh", 4)), inCmaf("pssh")],
  ["another KID in pssh", CENC, inInit(increment("pssh", 24)), inCmaf("pssh")],
  [
    "the KID of one track in pssh",
    { ...CENC, per: "type" },
    () => ({
      init: (rendition) =>
        GENERATORS.init(withEncryption(rendition, { kids: [rendition.encryption!.key.kid] })),
    }),
    inCmaf("pssh"),
  ],
  ["another sum", CENC, inSegment(increment("senc", 19)), inCmaf("subsamples", { segment: 2 })],
  ["another count", CENC, inSegment(increment("senc", 7)), inCmaf("subsamples", { segment: 2 })],
  ["another count in saiz", CENC, inSegment(increment("saiz", 8)), inCmaf("subsamples")],
  ["another offset in saio", CENC, inSegment(increment("saio", 11)), inCmaf("subsamples")],
  [
    "an encrypted header",
    CENC,
    inSegment((bytes) => {
      const at = findBox(bytes, "senc") + 16 + 8 + 2;
      const view = new DataView(bytes.buffer);
      const [clear, encrypted] = [view.getUint16(at), view.getUint32(at + 2)];
      view.setUint16(at, clear % 16);
      view.setUint32(at + 2, encrypted + clear - clear % 16);
    }),
    inCmaf("subsamples", { segment: 2 }),
  ],
  [
    "the IV of the sample before",
    CENC,
    inSegment((bytes) => bytes[findBox(bytes, "senc") + 16 + 7]!--),
    inCmaf("IV", { segment: 2 }),
  ],
  [
    "IVs of another rendition",
    CENC,
    (presentation) => {
      const firstIv = getFirstIv(presentation, "video");
      return {
        cmafSegment: (rendition, index) =>
          GENERATORS.cmafSegment(withEncryption(rendition, { firstIv }), index),
      };
    },
    inCmaf("IV"),
  ],
  [
    "other IVs of key frames",
    CENC,
    () => ({
      keyFrame: (rendition, time) =>
        GENERATORS.keyFrame(withEncryption(rendition, { firstIv: 7n }), time),
    }),
    { format: "CMAF key frames", rule: "IV" },
  ],
  [
    "other IVs in Smooth Streaming",
    CENC,
    () => ({
      smoothFragment: (stream, rendition, index) =>
        GENERATORS.smoothFragment(
          stream,
          rendition.type === "text" ? rendition : withEncryption(rendition, { firstIv: 7n }),
          index,
        ),
    }),
    { format: "Smooth", rule: "IV" },
  ],
  [
    "a changed byte of an encrypted sample",
    CBCS,
    inSegment((bytes) => bytes[bytes.length - 40]!++),
    inCmaf("bytes", { segment: 2 }),
  ],
  ["clear segments", CENC, () => ({ cmafSegment: planClear }), inCmaf("in the clear")],
  ["clear segments", CBCS, () => ({ cmafSegment: planClear }), inCmaf("in the clear")],
  ["segments without senc", CENC, () => ({ cmafSegment: planClear }), inCmaf("subsamples")],
  [
    "clear key frames",
    CENC,
    () => ({
      keyFrame: (rendition, time) => GENERATORS.keyFrame(omitEncryption(rendition), time),
    }),
    { format: "CMAF key frames", rule: "in the clear" },
  ],
  [
    "a missing slice",
    CENC,
    () => ({
      cmafSegment(rendition, index) {
        const plan = GENERATORS.cmafSegment(rendition, index);
        const slices: SegmentPlan["slices"] = (bytes, min) => plan.slices!(bytes, min).slice(1);
        return plan.slices ? { ...plan, slices } : plan;
      },
    }),
    inCmaf("slices"),
  ],
  [
    "clear fragments",
    CENC,
    () => ({
      smoothFragment: (stream, rendition, index) =>
        GENERATORS.smoothFragment(
          stream,
          rendition.type === "text" ? rendition : omitEncryption(rendition),
          index,
        ),
    }),
    { format: "Smooth", rule: "in the clear" },
  ],
];

function omitEncryption({ encryption: _, ...rendition }: MediaRendition): MediaRendition {
  return rendition;
}

function planClear(rendition: MediaRendition, index: number) {
  return planCmafSegment(omitEncryption(rendition), index, CLEAR);
}

for (const [what, protection, change, expected] of CASES) {
  Deno.test(`verify() finds ${what} in ${expected.format} with ${protection.scheme}`, async () => {
    await assertFinds(FILES, change, expected, protection);
  });
}

Deno.test("verify() finds the key of another rendition", async () => {
  await assertFinds(
    FILES,
    ({ protection }) => {
      const [key] = [...protection!.keys.values()].map(({ key }) => key);
      return {
        cmafSegment: (rendition, index) => {
          const other = withEncryption(rendition, { key: key! });
          const decided = SegmentProtection.decide({}, other, "cmaf")!;
          return planCmafSegment(other, index, decided);
        },
      };
    },
    { format: "CMAF", rule: "bytes" },
    { scheme: "cbcs", per: "type" },
  );
});
