/** ffmpeg reads from MPDs every packet of the file at its own time. */

import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { readTracks, selectPlayable } from "../mp4box.ts";
import { withoutSubtitles } from "../mpd.ts";
import { packageFile } from "../serve.ts";
import { fetchMpd } from "./buffered.ts";
import { checkTrack, type ClientTrack, WITH_SEVERAL_EDITS } from "./check_track.ts";
import { MEDIA, packageName, serveTestdata } from "./root.ts";

const served = serveTestdata();

for (const media of MEDIA.filter((name) => !WITH_SEVERAL_EDITS.test(name))) {
  Deno.test(`MPDs contain every packet of ${media} at its own time`, async (t) => {
    const file = join(served.root, media);
    await packageFile(served.root, media);
    const tracks = selectPlayable(media, readTracks(await Deno.readFile(file)));
    const clients = [
      await listClientTracks(`${packageName(media)}/.mpd`),
      await listClientTracks(`${media}/.mpd?only`),
    ];
    for (const representations of clients) assertEquals(representations.length, tracks.length);
    for (const [i, track] of tracks.entries()) {
      const { id } = clients[0]![i]!.representation;
      await t.step(id, () => checkTrack(file, track, clients.map((client) => client[i]!)));
    }
  });
}

/** Representations of an MPD, in the order of the tracks of the file. */
async function listClientTracks(manifest: string): Promise<ClientTrack[]> {
  const url = `${served.ams.url}/${manifest}`;
  const representations = withoutSubtitles(await fetchMpd(url));
  return representations.map((representation) => ({
    url,
    stream: `m:id:${representation.id}`,
    representation,
  }));
}
