import { assertEquals, assertThrows } from "@std/assert";
import {
  describeUnsupportedCodec,
  isDecodable,
  isNamedCodec,
} from "../../lib/codecs/unsupported_codec.ts";
import { MediaError } from "../../lib/errors.ts";
import { entry, esds } from "./entry.ts";

const cases: [what: string, of: ReturnType<typeof entry>, expected: string][] = [
  ["PCM", entry("sowt", {}), `AMS does not support PCM ("sowt")`],
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
];

for (const [what, of, expected] of cases) {
  Deno.test(`describeUnsupportedCodec() names ${what}`, () => {
    assertEquals(describeUnsupportedCodec(of), expected);
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
  const types = ["encv", "enca", "drms", "ac-4", "iamf", "mhm1", "sowt", "apcn", "zzzz"];
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
