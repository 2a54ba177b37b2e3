/** Odd files of testdata/: their segments and durations are the same in DASH, HLS with fMP4 and MPEG-TS, and Smooth Streaming. */

import { assertAlmostEquals, assertEquals } from "@std/assert";
import { buildMpd } from "../lib/dash/mpd.ts";
import { buildSmoothManifest } from "../lib/smooth/manifest.ts";
import { getDurations } from "./m3u8.ts";
import { readMpd } from "./mpd.ts";
import { buildPlaylists, SEGMENT_FORMATS } from "./playlists.ts";
import { openTestdata } from "./sample_presentations.ts";
import { readManifest, TICKS } from "./smooth.ts";

const MPD_URL = "http://ams/video.json/.mpd";

interface Expected {
  /** Start of each segment of the video, and the end of the last one, in seconds. */
  readonly times: readonly number[];
  readonly samples: number;
}

const FILES: Readonly<Record<string, Expected>> = {
  "pair-avc-still.mp4": {
    times: [0, 3.84, 66.96, 68.88, 70.8, 72.72, 74.64, 76.56, 78.48, 80],
    samples: 250,
  },
  "frag-avcaac-latestart.mp4": { times: [0.08, 2.08, 4.08, 6.08], samples: 150 },
  "frag-avcaac-editend.mp4": { times: [0, 2, 4, 6], samples: 150 },
  "frag-avc-joined.mp4": { times: [0.08, 2.08, 4.08, 6.08], samples: 150 },
  "frag-avc-dependson.mp4": { times: [0.08, 2.08, 4.08, 6.08], samples: 150 },
  "test-avc-negativestts.mp4": {
    times: [0, 2, 5 + 0.96 + 1 / 12800],
    samples: 150,
  },
  "test-avc-emptysample.mp4": { times: [0, 2, 4.04, 6.04], samples: 150 },
  "test-avc-emptystss.mp4": { times: [0, 2, 4, 6], samples: 150 },
  "test-avc-nostss.mp4": { times: [0, 2, 4, 6], samples: 150 },
  "pair-avc-audionosync.mp4": { times: [0, 2, 4, 6], samples: 150 },
};

for (const [file, { times, samples }] of Object.entries(FILES)) {
  Deno.test(`every protocol has the same segments of ${file}`, async () => {
    const presentation = await openTestdata([file]);
    presentation.close();
    const rendition = [...presentation.renditions.values()].find(({ type }) => type === "video")!;
    assertEquals("timing" in rendition && rendition.timing.end - rendition.timing.first, samples);

    const { segments, timescale } = readMpd(buildMpd(presentation), MPD_URL)
      .find(({ id }) => id === rendition.name)!;
    assertTimes(segments.map(({ time }) => time / timescale), times.slice(0, -1));
    const [first, last] = [times[0]!, times.at(-1)!];
    assertAlmostEquals((segments.at(-1)!.time + segments.at(-1)!.duration) / timescale, last, 1e-6);

    for (const format of SEGMENT_FORMATS) {
      const { media } = buildPlaylists(presentation, format);
      const playlist = [...media.values()].find((one) =>
        one.rendition === rendition && /^media/.test(one.kind)
      )!;
      const durations = getDurations(playlist);
      assertEquals(durations.length, times.length - 1);
      const sum = durations.reduce((a, b) => a + b);
      assertAlmostEquals(sum, last - first, 0.001, format);
    }

    const smooth = readManifest(buildSmoothManifest(presentation), MPD_URL);
    const { fragments } = smooth.streams.find(({ type }) => type === "video")!.levels[0]!;
    assertTimes(fragments.map(({ time }) => time / TICKS), times.slice(0, -1));
  });
}

function assertTimes(actual: readonly number[], expected: readonly number[]): void {
  assertEquals(actual.map((time) => +time.toFixed(6)), expected.map((time) => +time.toFixed(6)));
}
