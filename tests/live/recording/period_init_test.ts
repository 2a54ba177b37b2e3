import { assertEquals, assertThrows } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { readArchivedInit } from "../../../lib/archive/segment_fragments.ts";
import { ByteReader } from "../../../lib/bytes.ts";
import { MediaError } from "../../../lib/errors.ts";
import { type LiveTrack, readLiveInit } from "../../../lib/live/media/live_init.ts";
import { findCodec } from "../../../lib/codecs/mod.ts";
import { readFirstBytes } from "../../../lib/input/track_input.ts";
import { buildPeriodInit, needsFirstSample } from "../../../lib/live/recording/period_init.ts";
import { openTestdata } from "../../sample_presentations.ts";
import { readBoxes } from "../../../lib/mp4/box.ts";
import { Encoder } from "../encoder.ts";

function readMoovBody(bytes: Uint8Array): Uint8Array {
  const found: Uint8Array[] = [];
  readBoxes(new ByteReader(bytes), { moov: (r) => found.push(r.bytes) });
  return found[0]!;
}

Deno.test("buildPeriodInit() writes the init segment of each track that an encoder pushes", () => {
  const file = fromFileUrl(new URL("../../../testdata/frag-avcaac-separate.mp4", import.meta.url));
  const { tracks } = readLiveInit(readMoovBody(Deno.readFileSync(file)));
  const inits = [...tracks.values()].map((live) => {
    const init = buildPeriodInit({ live, mediaTime: 1024 });
    const { track } = readArchivedInit(init, "");
    assertEquals(track.timescale, live.track.timescale);
    assertEquals(track.edits, [{ duration: 0, mediaTime: 1024, rate: 1 }]);
    assertEquals(buildPeriodInit({ live, mediaTime: 1024 }), init);
    return [track.id, track.handler, track.entries[0]!.type];
  });
  assertEquals(inits, [[1, "vide", "avc1"], [1, "soun", "mp4a"]]);
});

Deno.test("buildPeriodInit() names a codec that it does not support", () => {
  const { tracks } = readLiveInit(readMoovBody(new Encoder({ tracks: ["video"] }).init));
  const [live] = tracks.values();
  const [entry] = live!.track.entries;
  const foreign = { ...live!, track: { ...live!.track, entries: [{ ...entry!, type: "xvid" }] } };
  assertThrows(() => buildPeriodInit({ live: foreign, mediaTime: 0 }), MediaError, "xvid");
});

const DESCRIBED_BY_SAMPLES: [file: string, codec: string, roll?: number][] = [
  ["test-avc-avc3empty.mp4", "avc3.64000C"],
  ["test-hevc-hev1empty.mp4", "hev1.1.6.L60.90"],
  ["tone-heaac-implicit.mp4", "mp4a.40.5"],
  ["tone-mp3-stereo.mp4", "mp4a.6B"],
  ["frag-opus-noroll.mp4", "Opus", -4],
];

for (const [file, codec, roll] of DESCRIBED_BY_SAMPLES) {
  Deno.test(`buildPeriodInit() describes ${file} by its first sample`, async () => {
    const presentation = await openTestdata([file]);
    const [rendition] = presentation.renditions.values();
    if (!rendition || rendition.type === "text") throw new Error("expected media");
    const { source, track: { samples: _, rollDistance: __, ...track } } = rendition;
    const type = rendition.type === "audio" ? "audio" : "video";
    const live = { type, track } as unknown as LiveTrack;
    assertEquals(needsFirstSample(live), codec !== "Opus");
    const bytes = await readFirstBytes(source, rendition.track, 0);
    const duration = rendition.track.samples.decodeTime(1) - rendition.track.samples.decodeTime(0);
    const init = buildPeriodInit({ live, mediaTime: 0 }, { bytes, duration });
    const { track: built } = readArchivedInit(init, "");
    const [entry] = built.entries;
    assertEquals(findCodec(entry!)!.describe(entry!, bytes).codec, codec);
    assertEquals(built.rollDistance, roll);
    presentation.close();
  });
}
