/** Every packet that ffmpeg gets from the server is the one in the file, at its own time. */

import { assert, assertEquals } from "@std/assert";
import { basename, join } from "@std/path";
import { type BoxTrack, isPlayed, readTracks } from "../mp4box.ts";
import type { Representation } from "../mpd.ts";
import { fetchMpd } from "./buffered.ts";
import { difference, md5, sameTime } from "./compare.ts";
import { frames, type Packet, packets, presentationTimes, wholePackets } from "./ffmpeg.ts";
import { packageFile } from "../serve.ts";
import { DECODED_BY_FFMPEG, MEDIA, packageName, serveTestdata } from "./root.ts";

/** ffmpeg takes the signed composition offsets of these files' pictures for a delay (DESIGN.md, 5). In seconds. */
const LATE_IN_FFMPEG: Record<string, number> = {
  "frag-avc-cmaf.mp4": 0.08,
  "frag-avc-negativects.mp4": 0.08,
  "frag-avcaac-smooth.ismv": 0.08,
};

/** AMS plays this one from its first edit on to the end of the track, and says so; ffmpeg plays all its edits. */
const OF_SEVERAL_EDITS = "test-avc-twoedits.mp4";

const served = serveTestdata();

for (const media of MEDIA.filter((name) => name !== OF_SEVERAL_EDITS)) {
  Deno.test(`ams gives every packet of ${media} at its own time`, async (t) => {
    const file = join(served.root, media);
    await packageFile(served.root, media);
    const tracks = readTracks(await Deno.readFile(file)).filter(isPlayed);
    const clients = [await clientOf(packageName(media)), await clientOf(media)];
    for (const { representations } of clients) assertEquals(representations.length, tracks.length);
    for (const [i, track] of tracks.entries()) {
      const { id } = clients[0]!.representations[i]!;
      await t.step(id, () => checkTrack(file, track, clients.map((client) => client.at(i))));
    }
  });
}

/** A Representation as a client of its MPD finds it. */
interface Client {
  readonly mpdUrl: string;
  readonly representation: Representation;
}

/** An MPD. It lists a file's tracks in the same order as the file. */
async function clientOf(path: string) {
  const mpdUrl = `${served.ams.url}/${path}/.mpd`;
  const representations = await fetchMpd(mpdUrl);
  const at = (i: number): Client => ({ mpdUrl, representation: representations[i]! });
  return { representations, at };
}

async function checkTrack(file: string, track: BoxTrack, clients: Client[]): Promise<void> {
  const late = track.handler === "vide" ? LATE_IN_FFMPEG[basename(file)] ?? 0 : 0;
  const source = (await packets(file, `i:${track.id}`))
    .map((packet) => ({ ...packet, pts: packet.pts - late }));
  assert(source.length > 0);
  await Promise.all(clients.map(async (client) => {
    const { representation, mpdUrl } = client;
    if (!representation.init) return await checkImages(source, representation);
    const whole = () => wholePackets(file, `i:${track.id}`);
    const { start, end } = track;
    const comparison = { source, whole, start, end, client: await clientPackets(client) };
    assertEquals(await difference(comparison), "", mpdUrl);
    if (!DECODED_BY_FFMPEG.test(file)) return;
    checkFrames(
      await frames(file, `i:${track.id}`),
      await frames(mpdUrl, `m:id:${representation.id}`),
    );
  }));
}

/**
 * ffmpeg copies sound at its decode times, which start at 0 in what AMS makes: where sound starts late, ffprobe says
 * when ffmpeg presents it.
 */
async function clientPackets({ mpdUrl, representation }: Client): Promise<Packet[]> {
  const { id, mimeType, segments } = representation;
  const copied = await packets(mpdUrl, `m:id:${id}`);
  if (mimeType !== "audio/mp4" || segments[0]!.time === 0) return copied;
  const times = await presentationTimes(mpdUrl, `m:id:${id}`);
  assertEquals(times.length, copied.length);
  return copied.map((packet, i) => ({ ...packet, pts: times[i]! }));
}

/** The first frame may hold priming, which ffmpeg cuts off in files but not in fragments. */
function checkFrames(source: Packet[], client: Packet[]): void {
  assert(source.length > 1);
  for (const frame of source.slice(1)) {
    const got = client.find(({ pts }) => sameTime(pts, frame.pts));
    assertEquals(got?.md5, frame.md5, `the frame at ${frame.pts} s`);
  }
}

/** ffmpeg's DASH reader knows no images: each is fetched by the time that the MPD gives it. */
async function checkImages(source: Packet[], { segments, timescale }: Representation) {
  assertEquals(segments.length, source.length);
  for (const [i, { url, time }] of segments.entries()) {
    const response = await fetch(url);
    assertEquals(response.headers.get("content-type"), "image/jpeg");
    assertEquals(md5(await response.bytes()), source[i]!.md5, url);
    assert(sameTime(time / timescale, source[i]!.pts), `${url} is not at ${source[i]!.pts} s`);
  }
}
