import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { MediaError } from "../../../lib/errors.ts";
import { readAnnouncedBandwidths } from "../../../lib/live/media/announced_bandwidth.ts";
import { FragmentReader } from "../../../lib/live/media/fragments.ts";
import type { Moov } from "../../../lib/mp4/moov.ts";
import { box, concat, u32 } from "../../mp4/movie_file.ts";
import { Encoder } from "../encoder.ts";

const EMPTY: Pick<Moov, "tracks"> = { tracks: [] };

/** As ffmpeg 5.1 writes it. */
const FFMPEG = `<?xml version="1.0" encoding="utf-8"?>
<smil xmlns="http://www.w3.org/2001/SMIL20/Language">
<head>
<meta name="creator" content="Lavf59.27.100" />
</head>
<body>
<switch>
<video systemBitrate="22002">
<param name="systemBitrate" value="22002" valuetype="data"/>
<param name="trackID" value="1" valuetype="data"/>
<param name="trackName" value="video_und" valuetype="data"/>
</video>
<audio systemBitrate="32065">
<param name="systemBitrate" value="32065" valuetype="data"/>
<param name="trackID" value="2" valuetype="data"/>
</audio>
</switch>
</body>
</smil>`;

const manifests: [what: string, text: string, expected: [id: number, bandwidth: number][]][] = [
  ["ffmpeg", FFMPEG, [[1, 22002], [2, 32065]]],
  ["no encoder", "", []],
  [
    "an encoder that uses a prefix",
    FFMPEG.replaceAll(/<(\/?)(?=[a-z])/g, "<$1s:").replace(
      "xmlns=",
      "xmlns:s=",
    ),
    [[1, 22002], [2, 32065]],
  ],
  ["an encoder with a parameter alone", FFMPEG.replaceAll(/(<video|<audio)[^>]*/g, "$1"), [
    [1, 22002],
    [2, 32065],
  ]],
  ["an encoder without trackID", FFMPEG.replaceAll("trackID", "track"), []],
  ["an encoder whose bit rates are not integers", FFMPEG.replaceAll(/\d{5}/g, "-1"), []],
  ["an encoder of enormous bit rates", FFMPEG.replaceAll(/\d{5}"/g, '9999999999"'), [
    [1, 2 ** 32 - 1],
    [2, 2 ** 32 - 1],
  ]],
];

for (const [what, text, expected] of manifests) {
  Deno.test(`readAnnouncedBandwidths() reads the live manifest of ${what}`, () => {
    assertEquals([...readAnnouncedBandwidths(EMPTY, text)].sort(), expected);
  });
}

function withBtrt(...values: number[]): Pick<Moov, "tracks"> {
  const boxes = new Map([["btrt", concat(...values.map((value) => u32(value)))]]);
  return { tracks: [{ id: 1, entries: [{ boxes }] }] } as unknown as Pick<Moov, "tracks">;
}

Deno.test("readAnnouncedBandwidths() reads btrt, and takes the greater of both", () => {
  assertEquals([...readAnnouncedBandwidths(withBtrt(0, 500_000, 400_000), "")], [[1, 500_000]]);
  assertEquals([...readAnnouncedBandwidths(withBtrt(0, 0, 400_000), "")], [[1, 400_000]]);
  assertEquals([...readAnnouncedBandwidths(withBtrt(0, 0, 0), "")], []);
  const both = readAnnouncedBandwidths(withBtrt(0, 20_000, 0), FFMPEG);
  assertEquals([...both].sort(), [[1, 22002], [2, 32065]]);
});

Deno.test("readAnnouncedBandwidths() refuses what is broken", () => {
  assertThrows(() => readAnnouncedBandwidths(withBtrt(0), ""), MediaError, "btrt");
  assertThrows(() => readAnnouncedBandwidths(EMPTY, "<smil><body>"), MediaError);
});

Deno.test("readLiveInit() ignores a broken live manifest with a warning", () => {
  const encoder = new Encoder({ profile: "ismv" });
  const uuid = Uint8Array.fromHex("a5d40b30e81411ddba2f0800200c9a66");
  const read = (text: string) => {
    const smil = box("uuid", uuid, u32(0), new TextEncoder().encode(text));
    const [item] = new FragmentReader().push(concat(smil, withoutManifest(encoder.init)));
    if (item?.kind !== "init") throw new Error("Cannot find the init segment");
    return item.init;
  };
  const { tracks, warnings } = read(FFMPEG);
  assertEquals([...tracks.values()].map(({ bandwidth }) => bandwidth), [22002, 32065]);
  assertEquals(warnings, []);
  const broken = read("<smil>");
  assertEquals([...broken.tracks.values()].map(({ bandwidth }) => bandwidth), [
    undefined,
    undefined,
  ]);
  assertMatch(broken.warnings.join(), /^The bit rates that the encoder announces are not used: /);
});

/** From the moov on. */
function withoutManifest(init: Uint8Array): Uint8Array {
  const at = new TextDecoder("latin1").decode(init).indexOf("moov") - 4;
  return init.subarray(at);
}
