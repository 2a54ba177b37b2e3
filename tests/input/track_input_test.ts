import { assertEquals, assertRejects } from "@std/assert";
import {
  isSubtitleTrack,
  readFirstBytes,
  readMediaTrack,
  readTrack,
} from "../../lib/input/track_input.ts";
import { MediaError } from "../../lib/errors.ts";
import type { Movie, Track } from "../../lib/mp4/movie.ts";
import { entry } from "../codecs/entry.ts";
import { memorySource } from "../mp4/movie_file.ts";
import { buildTrack, type Columns } from "../presentation/synthetic_track.ts";

const COLUMNS: Columns = { durations: 1, count: 2, sizes: [5000, 20] };
const MOVIE: Pick<Movie, "timescale" | "tracks"> = { timescale: 1000, tracks: [] };
const OPTIONS = { file: "a.mp4" };

/** AV1 without a sequence header in av1C, of 16 × 16 pixels. */
const AV01 = entry("av01", { av1C: "81 00 4c 00" }, { width: 16, height: 16 });

function build(track: Partial<Track>, columns = COLUMNS) {
  const { source, reads } = memorySource(new Uint8Array(1000 + 5020));
  const whole = { ...buildTrack(columns, 1000), entries: [AV01], ...track };
  return { from: { source, movie: MOVIE as Movie, track: whole }, reads };
}

const tracks: [what: string, track: Partial<Track>, columns: Columns, expected?: string][] = [
  ["a hint track", { handler: "hint" }, COLUMNS],
  ["a time code", { handler: "tmcd" }, { durations: [] }],
  ["no samples", {}, { durations: [] }, "it contains no sample"],
  ["no sample entries", { entries: [] }, COLUMNS, "it has no sample entry"],
  [
    "samples of an entry that is missing",
    {},
    { ...COLUMNS, secondDescription: 0 },
    "it has no sample entry",
  ],
  [
    "an unknown codec",
    { entries: [entry("ab\n1", {})] },
    COLUMNS,
    `AMS does not know its codec "ab?1"`,
  ],
  [
    "an enhancement layer of Dolby Vision",
    { entries: [entry("hev1", { dvcC: "0100 0e36 60" })] },
    COLUMNS,
    "it contains only the enhancement layer of Dolby Vision",
  ],
  ["unknown subtitles", { handler: "sbtl" }, COLUMNS, `AMS does not know its codec "av01"`],
];

for (const [what, track, columns, expected] of tracks) {
  Deno.test(`readTrack() leaves out ${what}: ${expected}`, async () => {
    assertEquals(await readTrack(OPTIONS, build(track, columns).from), expected);
  });
}

Deno.test("readMediaTrack() reads the first sample if the codec needs it", async () => {
  const { from, reads } = build({}, { ...COLUMNS, syncs: [0] });
  const input = await readMediaTrack(OPTIONS, from);
  assertEquals(typeof input === "object" && [input.type, input.codec.family], ["video", "av1"]);
  assertEquals(reads, [[1000, 4096]]);
});

Deno.test("readMediaTrack() warns of an unsupported edit list", async () => {
  const { from } = build({ edits: [{ duration: 1, mediaTime: 0, rate: 2 }] });
  const input = await readMediaTrack(OPTIONS, from);
  const warnings = typeof input === "object" ? input.warnings : [];
  assertEquals(warnings.map((text) => text.slice(0, 16)), ["a.mp4: track 1: "]);
});

/** hvcC with one SPS, of 320 × 180 pixels. */
const HVCC = "01 02 20000000 900000000000 99 f000 fc fd fa fa 0000 0f 01 a1 0001 002b" +
  "42010101600000030090000003000003003ca00a080b9f796566924caf016808000003000800000300c840";

const broken: [what: string, entries: Track["entries"], message: string][] = [
  [
    "sample entry",
    [entry("av01", { av1C: "81" })],
    "moov/trak/mdia/minf/stbl/stsd/av01/av1C: Cannot read",
  ],
  [
    "second sample entry",
    [entry("hev1", { hvcC: HVCC }), entry("hev1", { hvcC: "01" })],
    "stsd/hev1/hvcC: Cannot read",
  ],
];

for (const [what, entries, message] of broken) {
  Deno.test(`readMediaTrack() rejects a broken ${what}`, async () => {
    await assertRejects(
      () => readMediaTrack(OPTIONS, build({ entries }).from),
      MediaError,
      message,
    );
  });
}

Deno.test("readFirstBytes() reads short samples as a whole", async () => {
  const { from: { source, track }, reads } = build({});
  assertEquals((await readFirstBytes(source, track, 1)).length, 20);
  assertEquals(reads, [[6000, 20]]);
});

for (
  const [handler, expected] of [["text", true], ["subt", true], ["vide", false], [
    "",
    false,
  ]] as const
) {
  Deno.test(`isSubtitleTrack() returns ${expected} for "${handler}"`, () => {
    assertEquals(isSubtitleTrack({ handler } as Track), expected);
  });
}

for (
  const [count, expected] of [
    [2 ** 24, "object"],
    [2 ** 24 + 1, "it contains 16777217 samples, expected at most 16777216"],
  ] as const
) {
  Deno.test(`readMediaTrack() limits the number of samples: ${count}`, async () => {
    const { from } = build({}, { ...COLUMNS, syncs: [0] });
    const samples = new Proxy(from.track.samples, {
      get: (table, key) => key === "count" ? count : Reflect.get(table, key),
    });
    const input = await readMediaTrack(OPTIONS, { ...from, track: { ...from.track, samples } });
    assertEquals(typeof input === "object" ? "object" : input, expected);
  });
}
