import { assertEquals } from "@std/assert";
import { readLiveInit } from "../../../lib/live/media/live_init.ts";
import { buildPeriodInit } from "../../../lib/live/recording/period_init.ts";
import { configureAudio } from "../../../lib/live/rtmp/audio_configuration.ts";
import { buildRtmpInit } from "../../../lib/live/rtmp/rtmp_init.ts";
import { configureVideo } from "../../../lib/live/rtmp/video_configuration.ts";
import { readSource, type SourceTrack } from "./media_source.ts";

async function readTracks() {
  const [video] = await readSource("ladder-avc-240p.mp4") as [SourceTrack];
  const [audio] = await readSource("ladder-aac-eng.mp4") as [SourceTrack];
  return [
    {
      id: 1,
      name: "video",
      configuration: configureVideo("avc1", video.configuration, undefined)!,
    },
    {
      id: 4,
      name: "audio-1",
      configuration: configureAudio("mp4a", audio.configuration, undefined)!,
    },
  ];
}

Deno.test("buildRtmpInit() describes the tracks, and names them", async () => {
  const init = buildRtmpInit(await readTracks(), ["Track 'audio' is left out: why"]);
  assertEquals([...init.tracks.keys()], [1, 4]);
  assertEquals([...init.names!], [[1, "video"], [4, "audio-1"]]);
  assertEquals(init.warnings, ["Track 'audio' is left out: why"]);
  assertEquals(
    [...init.tracks.values()].map((
      { type, shift, track: { timescale } },
    ) => [type, shift, timescale]),
    [["video", 0, 1000], ["audio", 0, 48000]],
  );
  for (const live of init.tracks.values()) buildPeriodInit({ live, mediaTime: 0 });
});

Deno.test("buildRtmpInit() writes a moov from which the init segment is restored", async () => {
  const init = buildRtmpInit(await readTracks(), []);
  assertEquals(readLiveInit(init.moov, { names: init.names }).key, init.key);
});
