import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { RequestError } from "../../lib/errors.ts";
import { buildIframePlaylist } from "../../lib/hls/iframe_playlist.ts";
import { listKeyFrames } from "../../lib/presentation/key_frames.ts";
import type { MediaRendition, Presentation } from "../../lib/presentation/presentation.ts";
import { select } from "../../lib/selection/select.ts";
import { LONG_VIDEO, openLongMovie } from "../long_movie.ts";
import { getDurations, getOnlyTagValue, readStrictPlaylist } from "../m3u8.ts";
import { openSample, openTestdata, PRESENTATION_NAMES } from "../sample_presentations.ts";

function findVideo({ renditions }: Presentation): MediaRendition[] {
  return [...renditions.values()].filter((one): one is MediaRendition => one.type === "video");
}

for (const format of ["fmp4", "ts"] as const) {
  Deno.test(`buildIframePlaylist() lists key frames, each until the next one (§4.4.3.6): ${format}`, async () => {
    let count = 0;
    for (const name of PRESENTATION_NAMES) {
      const presentation = await openSample(name);
      for (const video of findVideo(presentation)) {
        if (format === "ts" && !video.codec.mpegTs) continue;
        const playlist = readStrictPlaylist(buildIframePlaylist(presentation, video, format));
        const frames = listKeyFrames(video);
        const extension = format === "fmp4" ? "m4s" : "ts";
        assertEquals(
          playlist.uris.map(({ uri }) => uri),
          frames.map(({ time }) =>
            `${presentation.version}/${video.name}/${time}.iframe.${extension}`
          ),
        );
        const hasMap = getOnlyTagValue(playlist, "EXT-X-MAP") !== undefined;
        assertEquals(hasMap, format === "fmp4");
        const { timing: { timescale }, timeline: { times } } = video;
        for (const [i, duration] of getDurations(playlist).entries()) {
          const next = frames[i + 1]?.time ?? times.at(-1)!;
          assertAlmostEquals(duration, (next - frames[i]!.time) / timescale, 0.001, video.file);
        }
        count += frames.length;
      }
      presentation.close();
    }
    assert(count > 50);
  });

  Deno.test(`buildIframePlaylist() of a clip has the URLs and numbers of the whole: ${format}`, async () => {
    const whole = await openTestdata(["test-avc-opengop.mp4"]);
    const part = select(whole, { start: 2, end: 4, mediaQuery: "?a", playlistQuery: "?a" });
    const [all, some] = [whole, part].map((presentation) =>
      readStrictPlaylist(buildIframePlaylist(presentation, findVideo(presentation)[0]!, format))
    );
    whole.close();
    const uris = some!.uris.map(({ uri }) => uri);
    assertEquals(uris, all!.uris.slice(2, 4).map(({ uri }) => `${uri}?a`));
    assertEquals(getOnlyTagValue(some!, "EXT-X-MEDIA-SEQUENCE"), "2");
    assertEquals(getOnlyTagValue(all!, "EXT-X-MEDIA-SEQUENCE"), undefined);
  });
}

Deno.test("buildIframePlaylist() lists no key frame of a cut, and the first one from the start on", async () => {
  const presentation = await openTestdata(["test-avc-twoedits.mp4", "flash-avc-midgopedits.mp4"]);
  const playlists = findVideo(presentation).map((video) =>
    readStrictPlaylist(buildIframePlaylist(presentation, video, "fmp4"))
  );
  presentation.close();
  const times = playlists.map(({ uris }) =>
    uris.map(({ uri }) => uri.match(/([0-9]+)\.iframe/)![1])
  );
  assertEquals(times, [["0", "102400"], ["132096"]]);
  const sums = playlists.map((one) => getDurations(one).reduce((sum, seconds) => sum + seconds, 0));
  assertAlmostEquals(sums[0]!, 3, 0.1);
  assertAlmostEquals(sums[1]!, 2.5, 0.1);
});

Deno.test("buildIframePlaylist() limits the size of forwarded parameters", async () => {
  const long = await openLongMovie(LONG_VIDEO);
  const part = select(long, { mediaQuery: "x".repeat(2000), playlistQuery: "" });
  const [video] = findVideo(part);
  assertThrows(() => buildIframePlaylist(part, video!, "fmp4"), RequestError, "Cannot forward");
  long.close();
});
