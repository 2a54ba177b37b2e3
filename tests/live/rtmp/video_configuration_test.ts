import { assertEquals, assertThrows } from "@std/assert";
import { ByteReader } from "../../../lib/bytes.ts";
import { findCodec } from "../../../lib/codecs/mod.ts";
import { MediaError } from "../../../lib/errors.ts";
import { parseEntry } from "../../../lib/live/rtmp/track_configuration.ts";
import { configureVideo } from "../../../lib/live/rtmp/video_configuration.ts";
import { concat, u32, u8 } from "../../mp4/movie_file.ts";
import { readMovieEntry } from "./media_entry.ts";
import { readSource, type SourceTrack } from "./media_source.ts";

const FILES = [
  "ladder-avc-240p.mp4",
  "test-avc-anamorphic.mp4",
  "test-hevc-hvc1.mp4",
  "test-av1-main.mp4",
  "test-vp9-profile0.mp4",
];

for (const file of FILES) {
  Deno.test(`configureVideo() describes ${file} as the file does`, async () => {
    const [{ fourCc, configuration, frames }] = await readSource(file) as [SourceTrack];
    const found = configureVideo(fourCc, configuration, frames[0]!.bytes)!;
    const entry = parseEntry(found.entry, "video");
    const own = await readMovieEntry(file);
    const { pixelAspect, ...expected } = findCodec(own)!.describe(own) as never as Size;
    const { pixelAspect: _, ...described } = findCodec(entry)!.describe(entry) as never as Size;
    assertEquals(described, expected);
    assertEquals([entry.width, entry.height], [own.width, own.height]);
    assertEquals([found.timescale, found.width, found.height], [1000, own.width, own.height]);
    assertEquals(pixelAspect.length, 2);
  });
}

interface Size {
  readonly pixelAspect: readonly number[];
}

Deno.test("configureVideo() waits for a key frame if the record has no size", async () => {
  const [{ configuration, frames }] = await readSource("test-vp9-profile0.mp4") as [SourceTrack];
  const find = (frame?: Uint8Array) => configureVideo("vp09", configuration, frame);
  assertEquals(find(), undefined);
  assertEquals(find(frames[1]!.bytes), undefined);
  assertEquals(find(frames[0]!.bytes)?.width, 320);
});

Deno.test("configureVideo() takes a record of VP9 with version and flags", async () => {
  const [{ configuration, frames }] = await readSource("test-vp9-profile0.mp4") as [SourceTrack];
  const full = Uint8Array.of(1, 0, 0, 0, ...configuration);
  const [own, other] = [configuration, full].map((record) =>
    configureVideo("vp09", record, frames[0]!.bytes)!.entry
  );
  assertEquals(own, other);
});

Deno.test("configureVideo() finds parameter sets in the first key frame", async () => {
  const [{ configuration, frames }] = await readSource("ladder-avc-240p.mp4") as [SourceTrack];
  const r = new ByteReader(configuration);
  const fields = r.take(5).bytes;
  const sps = r.take((r.skip(1), r.u16())).bytes;
  const record = Uint8Array.of(...fields, 0xe0, 0);
  const key = concat(u32(sps.length), sps, frames[0]!.bytes);
  assertEquals(configureVideo("avc1", record, undefined), undefined);
  const { entry, width } = configureVideo("avc1", record, key)!;
  assertEquals([parseEntry(entry, "video").type, width], ["avc3", 426]);
  assertThrows(() => configureVideo("avc1", record, frames[0]!.bytes), MediaError, "an SPS");
});

const REJECTED: [what: string, codec: string, record: number[], message: string][] = [
  ["avcC of version 0", "avc1", [0, 1, 2, 3], "Cannot read version 0"],
  ["a truncated hvcC", "hvc1", [1, 2, 3], "Cannot read"],
  ["av1C of version 2", "av01", [0x82, 0, 0, 0], "Cannot read a marker or version"],
];

for (const [what, codec, record, message] of REJECTED) {
  Deno.test(`configureVideo() rejects ${what}`, () => {
    assertThrows(() => configureVideo(codec, u8(...record), undefined), MediaError, message);
  });
}
