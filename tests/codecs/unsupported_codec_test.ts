import { assertEquals, assertThrows } from "@std/assert";
import {
  describeUnsupportedCodec,
  isDecodable,
  isNamedCodec,
} from "../../lib/codecs/unsupported_codec.ts";
import { ByteWriter } from "../../lib/bytes.ts";
import { MediaError } from "../../lib/errors.ts";
import { sinf } from "../../lib/mp4/protection.ts";
import { entry, esds } from "./entry.ts";

const cases: [what: string, of: ReturnType<typeof entry>, expected: string][] = [
  ["PCM", entry("sowt", {}), `AMS does not support PCM ("sowt")`],
  ["24-bit PCM", entry("in24", {}), `AMS does not support PCM ("in24")`],
  ["LPCM of QuickTime", entry("lpcm", {}), `AMS does not support PCM ("lpcm")`],
  ["big-endian PCM", entry("twos", {}), `AMS does not support PCM ("twos")`],
  [
    "MPEG-H Audio of several streams",
    entry("mhm2", {}),
    `AMS does not support MPEG-H Audio of several streams ("mhm2")`,
  ],
  ["encrypted text", entry("enct", {}), `it is encrypted ("enct")`],
  ["ProRes", entry("apcn", {}), `AMS does not support ProRes ("apcn")`],
  [
    "DTS in mp4a",
    entry("mp4a", { esds: esds("a9") }),
    `AMS does not support DTS ("mp4a" with object type 0xA9)`,
  ],
  [
    "MPEG-4 Visual",
    entry("mp4v", { esds: esds("20") }),
    `AMS does not support MPEG-4 Visual ("mp4v" with object type 0x20)`,
  ],
  [
    "an unknown object type",
    entry("mp4a", { esds: esds("0c") }),
    `AMS does not know its codec "mp4a" with object type 0x0C`,
  ],
  ["an unknown type", entry("ab\n1", {}), `AMS does not know its codec "ab?1"`],
  ["encrypted audio", entry("enca", {}), `it is encrypted ("enca")`],
  [
    "the scheme and KID of encrypted audio",
    entry("enca", { sinf: buildSinf("cbcs").toHex() }),
    `it is encrypted ("enca", original format "mp4a") with cbcs, KID 00112233-4455-6677-8899-aabbccddeeff`,
  ],
  [
    "a scheme of other characters",
    entry("encv", { sinf: buildSinf("a\nb1").toHex() }),
    `it is encrypted ("encv", original format "mp4a") with a?b1, KID 00112233-4455-6677-8899-aabbccddeeff`,
  ],
  [
    "a scheme without a KID",
    entry("drmi", { sinf: buildSinf("itun").subarray(0, -57).toHex() }),
    `it is encrypted ("drmi", original format "mp4a") with itun`,
  ],
  [
    "encryption with a truncated sinf",
    entry("encv", { sinf: buildSinf("cenc").subarray(0, -10).toHex() }),
    `it is encrypted ("encv")`,
  ],
];

/** The body of a sinf, of which the last 57 bytes are schi. */
function buildSinf(scheme: string): Uint8Array {
  const kid = Uint8Array.fromHex("00112233445566778899aabbccddeeff");
  const constantIv = new Uint8Array(16);
  const w = new ByteWriter();
  sinf(w, {
    format: "mp4a",
    scheme: scheme as "cbcs",
    encryption: { kid, ivSize: 0, constantIv, pattern: { crypt: 0, skip: 0 } },
  });
  return w.finish().subarray(8);
}

for (const [what, of, expected] of cases) {
  Deno.test(`describeUnsupportedCodec() names ${what}`, () => {
    assertEquals(describeUnsupportedCodec(of), expected);
  });
}

const objectTypes: [name: string, types: string][] = [
  ["MPEG-2 video", "60 61 62 63 64 65"],
  ["MPEG-1 video", "6A"],
  ["PNG", "6D"],
  ["JPEG 2000", "6E"],
  ["EVRC", "A0"],
  ["SMV", "A1"],
  ["VC-1", "A3"],
  ["Dirac", "A4"],
  ["AC-3", "A5"],
  ["E-AC-3", "A6"],
  ["DTS-HD", "AA"],
  ["DTS-HD Master Audio", "AB"],
  ["DTS Express", "AC"],
  ["AC-4", "AE"],
  ["Vorbis", "DD"],
  ["QCELP", "E1"],
];

for (const [name, types] of objectTypes) {
  Deno.test(`describeUnsupportedCodec() names ${name} by its object types ${types}`, () => {
    for (const type of types.split(" ")) {
      assertEquals(
        describeUnsupportedCodec(entry("mp4a", { esds: esds(type) })),
        `AMS does not support ${name} ("mp4a" with object type 0x${type})`,
      );
    }
  });
}

Deno.test("describeUnsupportedCodec() rejects mp4a without esds", () => {
  assertThrows(
    () => describeUnsupportedCodec(entry("mp4a", {})),
    MediaError,
    "mp4a: Cannot describe mp4a without esds",
  );
});

Deno.test("isDecodable() returns false for encrypted tracks and codecs that ffmpeg cannot decode", () => {
  const types = ["encv", "enca", "enct", "drms", "mhm2", "dtsy", "vvs1", "sowt", "apcn", "zzzz"];
  assertEquals(types.filter((type) => isDecodable(entry(type, {}))), ["sowt", "apcn", "zzzz"]);
});

Deno.test("isNamedCodec() returns false for unknown codecs", () => {
  const entries = [
    entry("apcn", {}),
    entry("mp4a", { esds: esds("a9") }),
    entry("zzzz", {}),
    entry("mp4a", { esds: esds("0c") }),
  ];
  assertEquals(entries.map(isNamedCodec), [true, true, false, false]);
});
