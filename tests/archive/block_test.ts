import { assertEquals, assertThrows } from "@std/assert";
import {
  type Block,
  formatBlock,
  formatBlockName,
  parseBlock,
  parseBlockName,
} from "../../lib/archive/block.ts";
import { MediaError } from "../../lib/errors.ts";

const BLOCK: Block = {
  broadcast: { number: 3, epoch: 1_796_000_000_123_456 },
  period: { id: 21, start: 1_796_000_600_000_000, reason: "new init", number: 17 },
  tracks: [
    {
      name: "feed-video",
      type: "video",
      timescale: 12_800,
      mediaTime: 1024,
      initBytes: 812,
      stream: "feed",
      publisher: "main",
      first: 150,
      ordinal: 4001,
      bandwidth: 4_000_000,
    },
    {
      name: "feed-audio",
      type: "audio",
      timescale: 48_000,
      mediaTime: 1024,
      initBytes: 700,
      stream: "feed",
      publisher: "main",
      first: 150,
      ordinal: 3999,
      language: "fr",
      label: "Français",
      role: "main",
      default: true,
    },
  ],
  counts: { periods: 17, segments: { "feed-video": 4150, "feed-audio": 4148, old: 7 } },
};

Deno.test("parseBlock() reads what formatBlock() wrote", () => {
  assertEquals(parseBlock(formatBlock(BLOCK)), BLOCK);
});

Deno.test("parseBlock() reads a period that is not counted", () => {
  const { number: _, ...period } = BLOCK.period;
  const tracks = BLOCK.tracks.map(({ ordinal: _, ...track }) => track);
  const block = { ...BLOCK, period, tracks, counts: { periods: 0, segments: {} } };
  assertEquals(parseBlock(formatBlock(block)), block);
});

const change = (path: string, value: unknown) => {
  const block = JSON.parse(formatBlock(BLOCK));
  const keys = path.split(".");
  keys.slice(0, -1).reduce((at, key) => at[key], block)[keys.at(-1)!] = value;
  return JSON.stringify(block);
};

const INVALID: [text: string, message: string][] = [
  ["", "Cannot read JSON"],
  ["{", "Cannot read JSON"],
  ["[]", "Cannot use this value: expected an object"],
  [change("ams", 2), "ams: Cannot use this value: expected 1"],
  [
    change("extra", 1),
    "extra: Cannot use this key: expected one of ams, broadcast, period, tracks",
  ],
  [change("broadcast.epoch", -1), "broadcast.epoch: Cannot use this value: expected an integer"],
  [change("broadcast.epoch", 2 ** 60), "broadcast.epoch: Cannot use this value"],
  [change("tracks.1.name", "../x"), "tracks[1].name: Cannot use this value: expected 1 to 100 of"],
  ...["index", "ts", "constructor", "__proto__"].map((name): [string, string] => [
    change("tracks.1.name", name),
    "tracks[1].name: Cannot use this value",
  ]),
  [change("tracks.1.name", "FEED-VIDEO"), "tracks: Cannot use this value: expected tracks with"],
  [change("tracks.0.timescale", 0), "tracks[0].timescale: Cannot use this value"],
  [change("tracks.0.first", undefined), "tracks[0].first: Cannot find this key"],
  [change("tracks", []), "tracks: Cannot use this value: expected at least one track"],
  [change("counts.segments", { "a/b": 1 }), 'counts.segments["a/b"]: Cannot use this name'],
];

for (const [text, message] of INVALID) {
  Deno.test(`parseBlock() rejects ${text.length} characters: ${message}`, () => {
    assertThrows(() => parseBlock(text), MediaError, message);
  });
}

Deno.test("parseBlockName() reads what formatBlockName() wrote", () => {
  for (const number of [1, 42, 99_999_999, 100_000_000, 10 ** 14]) {
    assertEquals(parseBlockName(formatBlockName(number)), number);
  }
  assertEquals(formatBlockName(42), "00000042");
  for (const name of ["lock", "00000000", "42", "000000042", "0000004a", "00000042.tmp", ""]) {
    assertEquals(parseBlockName(name), undefined, name);
  }
});
