import { assert, assertEquals, assertThrows } from "@std/assert";
import { MediaError } from "../../lib/errors.ts";
import { formatPackage, type Package, parsePackage } from "../../lib/package/package.ts";
import type { PackageProtection } from "../../lib/package/protection.ts";

const TRACK = { file: "sub.fr.vtt", type: "text", language: "fra", name: "caption_fra" } as const;

const PACK: Package = { segmentDuration: 8, tracks: [TRACK] };

const AUDIO_KID = "75794092-4434-8559-bd33-c5716f3ba359";

const VIDEO_KID = "a56ce54c-0cc3-87e6-8470-40368011fbf6";

const WITHOUT_KIDS: PackageProtection = { scheme: "cbcs", source: "house", content: "heat" };

const PROTECTION: PackageProtection = {
  ...WITHOUT_KIDS,
  kids: { audio: AUDIO_KID, video: VIDEO_KID },
};

Deno.test("formatPackage() writes protection before the tracks, with labels in a fixed order", () => {
  const text = formatPackage({
    tracks: [TRACK],
    protection: {
      kids: { video: VIDEO_KID, audio: AUDIO_KID },
      content: "heat",
      source: "house",
      scheme: "cbcs",
    },
    revision: 1,
    segmentDuration: 4,
  });
  assertEquals(
    text,
    `{
  "ams": 1,
  "segmentDuration": 4,
  "revision": 1,
  "protection": {
    "scheme": "cbcs",
    "source": "house",
    "content": "heat",
    "kids": {
      "audio": "75794092-4434-8559-bd33-c5716f3ba359",
      "video": "a56ce54c-0cc3-87e6-8470-40368011fbf6"
    }
  },
  "tracks": [
    {
      "file": "sub.fr.vtt",
      "type": "text",
      "language": "fra",
      "name": "caption_fra"
    }
  ]
}
`,
  );
});

const protections: PackageProtection[] = [
  PROTECTION,
  WITHOUT_KIDS,
  { ...PROTECTION, kids: { audio: AUDIO_KID } },
  { ...PROTECTION, kids: { uhd: VIDEO_KID } },
  { ...PROTECTION, kids: { audio: AUDIO_KID, sd: VIDEO_KID, hd: VIDEO_KID, uhd: VIDEO_KID } },
  { ...PROTECTION, scheme: "aes-128", kids: { all: VIDEO_KID } },
];

for (const protection of protections) {
  Deno.test(`parsePackage() reads what formatPackage() wrote: ${JSON.stringify(protection)}`, () => {
    const pack: Package = { ...PACK, protection };
    assertEquals(parsePackage(formatPackage(pack)), pack);
  });
}

const invalid: [what: string, change: Record<string, unknown>, message: string][] = [
  [
    "an unknown key",
    { key: "00" },
    "protection.key: Cannot use this key: expected one of scheme, source, content, kids",
  ],
  [
    "a scheme",
    { scheme: "cens" },
    'protection.scheme: Cannot use "cens": expected one of cbcs, cenc, aes-128',
  ],
  ["no scheme", { scheme: undefined }, "protection.scheme: Cannot find this key"],
  ["no source", { source: undefined }, "protection.source: Cannot find this key"],
  ["no content", { content: undefined }, "protection.content: Cannot find this key"],
  ["a source", { source: "A" }, 'protection.source: Cannot use "A": expected a name of at most'],
  ["a content ID", { content: "a b" }, 'protection.content: Cannot use "a b": expected 1 to 128'],
  [
    "an unknown label",
    { kids: { "4k": VIDEO_KID } },
    "protection.kids.4k: Cannot use this key: expected one of all, audio, video, sd, hd, uhd",
  ],
  [
    "a KID in capitals",
    { kids: { all: VIDEO_KID.toUpperCase() } },
    'protection.kids.all: Cannot use "A56CE54C-0CC3-87E6-8470-40368011FBF6": expected a UUID in',
  ],
  ["no KIDs", { kids: {} }, "protection.kids: Cannot use an object: expected all, or "],
  ["a list of KIDs", { kids: [] }, "protection.kids: Cannot use an array: expected an object"],
  [
    "labels of two kinds",
    { kids: { video: VIDEO_KID, hd: VIDEO_KID } },
    "protection.kids: Cannot use an object: expected all, or some of audio and video, or some of ",
  ],
  [
    "aes-128 by type",
    { scheme: "aes-128" },
    "protection.kids: Cannot use an object: expected all alone with aes-128",
  ],
  [
    "aes-128 without KIDs",
    { scheme: "aes-128", kids: undefined },
    "protection.kids: Cannot find this key",
  ],
];

for (const [what, change, message] of invalid) {
  Deno.test(`parsePackage() refuses protection with ${what}`, () => {
    const protection = { ...PROTECTION, ...change };
    const text = JSON.stringify({ ams: 1, ...PACK, protection });
    const error = assertThrows(() => parsePackage(text), MediaError);
    assert(error.message.startsWith(message), error.message);
    assertEquals(error.code, "PACKAGE_INVALID");
  });
}
