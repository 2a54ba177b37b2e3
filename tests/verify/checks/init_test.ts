import { IDENTITY } from "../../../lib/mp4/matrix.ts";
import { buildInit } from "../../../lib/cmaf/init.ts";
import type { MediaRendition } from "../../../lib/presentation/presentation.ts";
import { buildIsoVisualEntry } from "../../../lib/mp4/sample_entry.ts";
import { assertFinds, type Expected, findBox } from "../mutations.ts";
import type { Rule } from "../../../lib/verify/rules.ts";

type Change = (rendition: MediaRendition) => Uint8Array;

/** Init of a changed rendition. */
function changed(other: (rendition: MediaRendition) => Partial<MediaRendition>): Change {
  return (rendition) => buildInit({ ...rendition, ...other(rendition) });
}

function timing(other: Partial<MediaRendition["timing"]>): Change {
  return changed(({ timing }) => ({ timing: { ...timing, ...other } }));
}

function track(
  other: (track: MediaRendition["track"]) => Partial<MediaRendition["track"]>,
): Change {
  return changed(({ track: own }) => ({ track: { ...own, ...other(own) } }));
}

function bytes(change: (bytes: Uint8Array) => Uint8Array): Change {
  return (rendition) => change(buildInit(rendition));
}

/** Replaces the byte at an offset in a box. */
function replaceByte(type: string, offset: number, value: number): Change {
  return bytes((made) => made.with(findBox(made, type) + offset, value));
}

/** Init with the configuration box of the file. */
const withOwnConfiguration = changed(({ codec }) => {
  const { initConfiguration: _, ...rest } = codec;
  return { codec: rest };
});

const VIDEO = "test-avc-frontmoov.mp4";
const AUDIO = "tone-aac-mono.m4a";
const DUB = "tone-aac-brazil.mp4";

const cases: [what: string, file: string, change: Change, rule: Rule][] = [
  ["a wrong media time", VIDEO, timing({ mediaTime: 1000 }), "edit"],
  ["times moved by the edit", VIDEO, timing({ mediaTime: 1000 }), "presentation time"],
  ["a missing edit", VIDEO, timing({ mediaTime: 0 }), "edit"],
  ["an edit with a duration", VIDEO, replaceByte("elst", 19, 7), "edit"],
  ["an edit with rate 0", VIDEO, replaceByte("elst", 25, 0), "edit"],
  ["a wrong timescale", VIDEO, timing({ timescale: 600 }), "timescale"],
  ["a missing edit of audio", AUDIO, timing({ mediaTime: 0 }), "edit"],
  [
    "a wrong rotation",
    VIDEO,
    track(() => ({ matrix: { ...IDENTITY, a: 0, b: 1, c: -1, d: 0 } })),
    "matrix",
  ],
  ["a mirrored image", VIDEO, track(() => ({ matrix: { ...IDENTITY, a: -1 } })), "matrix"],
  ["a wrong language", VIDEO, changed(() => ({ language: "fr" })), "language"],
  ["no language", DUB, changed(() => ({ language: "und" })), "language"],
  ["another region", DUB, changed(() => ({ language: "pt-PT" })), "language"],
  ["no region", DUB, replaceByte("elng", 4, 0x78), "language"],
  ["a wrong handler", VIDEO, replaceByte("hdlr", 16, 0x78), "init"],
  ["no stss", VIDEO, bytes((made) => made.with(findBox(made, "stss") + 4, 0x78)), "init"],
  ["an entry in stss", VIDEO, replaceByte("stss", 15, 1), "init"],
  ["no trex", VIDEO, bytes((made) => made.with(findBox(made, "trex") + 4, 0x78)), "init"],
  [
    "no CMAF brand",
    VIDEO,
    bytes((made) => made.with(8, 0x78).with(16, 0x78)), // the major brand, and the first compatible one
    "init",
  ],
  ["a wrong profile in avcC", VIDEO, replaceByte("avcC", 9, 66), "sample entry"],
  ["a wrong codec string", VIDEO, replaceByte("avcC", 9, 66), "codec"],
  ["a wrong SPS in avcC", VIDEO, replaceByte("avcC", 24, 0), "sample entry"],
  ["a wrong size in the sample entry", VIDEO, replaceByte("avc1", 33, 1), "sample entry"],
  ["a wrong AudioSpecificConfig", AUDIO, replaceByte("esds", 43, 0), "sample entry"],
  ["implicit SBR", "tone-heaac-implicit.mp4", withOwnConfiguration, "sample entry"],
  ["implicit PS", "tone-heaacv2-implicit.mp4", withOwnConfiguration, "sample entry"],
  ["an object type of MPEG-2", "tone-aac-mpeg2.mp4", withOwnConfiguration, "sample entry"],
  [
    "an entry of another type",
    VIDEO,
    track(({ entries: [entry] }) => ({
      entries: [{
        ...entry!,
        bytes: buildIsoVisualEntry(entry!, { type: "avc9", pixelAspect: [1, 1] }),
        type: "avc9",
      }],
    })),
    "sample entry",
  ],
  [
    "a superfluous entry",
    VIDEO,
    track(({ entries }) => ({ entries: [...entries, ...entries] })),
    "sample entry",
  ],
  ["a truncated init", VIDEO, bytes((made) => made.subarray(0, -20)), "init"],
  [
    "an init without a moov",
    VIDEO,
    bytes((made) => made.subarray(0, findBox(made, "moov"))),
    "init",
  ],
  ["an empty init", VIDEO, bytes(() => new Uint8Array()), "init"],
];

for (const [what, file, change, rule] of cases) {
  Deno.test(`verify() finds ${what} in an init`, async () => {
    const expected: Expected = { format: "CMAF", rule };
    await assertFinds([file], () => ({ init: change }), expected);
  });
}

Deno.test("verify() finds an init that cannot be built", async () => {
  await assertFinds([VIDEO], () => ({
    init: () => {
      throw new RangeError("Invalid array length");
    },
  }), { format: "CMAF", rule: "build", message: "cannot be built: Invalid array length" });
});
