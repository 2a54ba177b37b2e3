import { buildInit } from "../../../lib/cmaf/init.ts";
import type { MediaRendition } from "../../../lib/presentation/presentation.ts";
import { renameSampleEntry } from "../../../lib/mp4/iso_sample_entry.ts";
import { boxAt, type Expected, findsIn } from "../mutations.ts";
import type { Rule } from "../../../lib/verify/rules.ts";

type Change = (rendition: MediaRendition) => Uint8Array;

/** An init of what a rendition is not. */
function of(other: (rendition: MediaRendition) => Partial<MediaRendition>): Change {
  return (rendition) => buildInit({ ...rendition, ...other(rendition) });
}

function timing(other: Partial<MediaRendition["timing"]>): Change {
  return of(({ timing }) => ({ timing: { ...timing, ...other } }));
}

function track(
  other: (track: MediaRendition["track"]) => Partial<MediaRendition["track"]>,
): Change {
  return of(({ track: own }) => ({ track: { ...own, ...other(own) } }));
}

function bytes(change: (bytes: Uint8Array) => Uint8Array): Change {
  return (rendition) => change(buildInit(rendition));
}

/** Another byte in the place where a box starts, and so many behind. */
function at(type: string, offset: number, value: number): Change {
  return bytes((made) => made.with(boxAt(made, type) + offset, value));
}

const PICTURE = "test-avc-frontmoov.mp4";
const SOUND = "tone-aac-mono.m4a";

const cases: [what: string, file: string, change: Change, rule: Rule][] = [
  ["an edit that starts elsewhere", PICTURE, timing({ mediaTime: 1000 }), "edit"],
  ["times that the edit moves", PICTURE, timing({ mediaTime: 1000 }), "presentation time"],
  ["an edit that is missing", PICTURE, timing({ mediaTime: 0 }), "edit"],
  ["an edit that stops", PICTURE, at("elst", 19, 7), "edit"],
  ["an edit that dwells", PICTURE, at("elst", 25, 0), "edit"],
  ["another timescale", PICTURE, timing({ timescale: 600 }), "timescale"],
  ["an edit of sound that is missing", SOUND, timing({ mediaTime: 0 }), "edit"],
  ["a picture that is turned", PICTURE, track(() => ({ rotation: 90 })), "init"],
  ["another language", PICTURE, of(() => ({ language: "fr" })), "language"],
  ["another handler", PICTURE, at("hdlr", 16, 0x78), "init"],
  ["no trex", PICTURE, bytes((made) => made.with(boxAt(made, "trex") + 4, 0x78)), "init"],
  [
    "no brand of CMAF",
    PICTURE,
    bytes((made) => made.with(8, 0x78).with(16, 0x78)), // the major one, and the first of the others
    "init",
  ],
  ["another profile in avcC", PICTURE, at("avcC", 9, 66), "sample entry"],
  ["another codec string", PICTURE, at("avcC", 9, 66), "codec"],
  ["another SPS in avcC", PICTURE, at("avcC", 24, 0), "sample entry"],
  ["another size in the sample entry", PICTURE, at("avc1", 33, 1), "sample entry"],
  ["another AudioSpecificConfig", SOUND, at("esds", 43, 0), "sample entry"],
  [
    "an entry under another name",
    PICTURE,
    track(({ entries: [entry] }) => ({
      entries: [{ ...entry!, bytes: renameSampleEntry(entry!, "avc9"), type: "avc9" }],
    })),
    "sample entry",
  ],
  [
    "an entry too many",
    PICTURE,
    track(({ entries }) => ({ entries: [...entries, ...entries] })),
    "sample entry",
  ],
  ["an init that is cut off", PICTURE, bytes((made) => made.subarray(0, -20)), "init"],
  [
    "an init without a moov",
    PICTURE,
    bytes((made) => made.subarray(0, boxAt(made, "moov"))),
    "init",
  ],
  ["an init of nothing", PICTURE, bytes(() => new Uint8Array()), "init"],
];

for (const [what, file, change, rule] of cases) {
  Deno.test(`verify() finds ${what} in an init`, async () => {
    const expected: Expected = { format: "CMAF", rule };
    await findsIn([file], () => ({ init: change }), expected);
  });
}

Deno.test("verify() finds an init that can't be made", async () => {
  await findsIn([PICTURE], () => ({
    init: () => {
      throw new RangeError("Invalid array length");
    },
  }), { format: "CMAF", rule: "build", message: "it can't be built: Invalid array length" });
});
