/**
 * Every sample of every file in testdata comes out of AMS unchanged, at its own time: mp4box reads both the file and
 * what a client puts together from the MPD. tests/e2e/packets_test.ts does the same with ffmpeg.
 */

import { assert, assertEquals } from "@std/assert";
import { type BoxSample, type BoxTrack, md5, readTracks } from "./mp4box.ts";
import { readMpd, type Representation } from "./mpd.ts";
import { serveFolder } from "./serve.ts";

const FOLDER = "testdata";

/** Times are equal to the millisecond when they differ by less than half of one. In seconds. */
const HALF_A_MILLISECOND = 0.0005;

const MEDIA = [...Deno.readDirSync(FOLDER)].map(({ name }) => name)
  .filter((name) => /\.(mp4|mov|m4a|ismv)$/.test(name)).sort();

for (const media of MEDIA) {
  Deno.test(`every sample of ${media} is in its segments, packaged and bare`, async () => {
    const tracks = readTracks(await Deno.readFile(`${FOLDER}/${media}`));
    await using site = await serveFolder(FOLDER, [media]);
    for (const path of [`${media}.json`, media]) {
      const representations = readMpd(await site.text(`/${path}/.mpd`), `http://ams/${path}/.mpd`);
      assertEquals(representations.length, tracks.length, "Representations");
      for (const [i, track] of tracks.entries()) {
        await checkRepresentation(track, representations[i]!, site.bytes);
      }
    }
  });
}
