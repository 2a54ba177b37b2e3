/** Every packet that ffmpeg gets from an MPD is the one in the file, at its own time. */

import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { isPlayed, readTracks } from "../mp4box.ts";
import { ofSamples } from "../mpd.ts";
import { packageFile } from "../serve.ts";
import { fetchMpd } from "./buffered.ts";
import { checkTrack, type Client, OF_SEVERAL_EDITS } from "./check_track.ts";
import { MEDIA, packageName, serveTestdata } from "./root.ts";

const served = serveTestdata();

for (const media of MEDIA.filter((name) => name !== OF_SEVERAL_EDITS)) {
  Deno.test(`ams gives every packet of ${media} at its own time`, async (t) => {
    const file = join(served.root, media);
    await packageFile(served.root, media);
    const tracks = readTracks(await Deno.readFile(file)).filter(isPlayed);
    const clients = [await clientsOf(packageName(media)), await clientsOf(media)];
    for (const representations of clients) assertEquals(representations.length, tracks.length);
    for (const [i, track] of tracks.entries()) {
      const { id } = clients[0]![i]!.representation;
      await t.step(id, () => checkTrack(file, track, clients.map((client) => client[i]!)));
    }
  });
}

/** Of an MPD, which lists a file's tracks in the same order as the file. */
async function clientsOf(path: string): Promise<Client[]> {
  const url = `${served.ams.url}/${path}/.mpd`;
  const representations = ofSamples(await fetchMpd(url));
  return representations.map((representation) => ({
    url,
    stream: `m:id:${representation.id}`,
    representation,
  }));
}
