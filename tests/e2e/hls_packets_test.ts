/** ffmpeg reads from fMP4 playlists every packet of the file at its own time. */

import { join } from "@std/path";
import { assertEquals } from "@std/assert";
import { readTracks, selectPlayable } from "../mp4box.ts";
import { withoutSubtitles } from "../mpd.ts";
import { packageFile } from "../serve.ts";
import { fetchMpd } from "./buffered.ts";
import { checkImages, checkTrack, WITH_SEVERAL_EDITS } from "./check_track.ts";
import { readPackets } from "./ffmpeg.ts";
import { fetchSegments } from "./playlists.ts";
import { DISTINCT_MEDIA, packageName, serveTestdata } from "./root.ts";

const served = serveTestdata();

/** MP3 is in MPEG-TS alone. */
const NOT_IN_FMP4 = /-mp3-/;

for (const media of DISTINCT_MEDIA.filter((name) => !NOT_IN_FMP4.test(name))) {
  if (WITH_SEVERAL_EDITS.test(media)) continue;
  Deno.test(`fMP4 playlists contain every packet of ${media} at its own time`, async () => {
    const file = join(served.root, media);
    await packageFile(served.root, media);
    const url = `${served.ams.url}/${packageName(media)}`;
    const representations = withoutSubtitles(await fetchMpd(`${url}/.mpd`));
    const tracks = selectPlayable(media, readTracks(await Deno.readFile(file)));
    assertEquals(representations.length, tracks.length);
    await Promise.all(tracks.map(async (track, i) => {
      const representation = representations[i]!;
      const playlist = `${url}/${representation.id}.m3u8`;
      if (!representation.init) {
        const source = await readPackets(file, `i:${track.id}`);
        return await checkImages(source, await fetchSegments(playlist), 1);
      }
      const stream = track.handler === "vide" ? "v:0" : "a:0";
      await checkTrack(file, track, [{ url: playlist, stream, representation }]);
    }));
  });
}
