/** Every packet that ffmpeg gets from the server is the one in the file, at its own time. */

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import type { PackageTrack } from "../../lib/package/package.ts";
import type { Representation } from "../mpd.ts";
import { fetchMpd } from "./buffered.ts";
import { difference, md5, sameTime } from "./compare.ts";
import { frames, type Packet, packets, trackIds, wholePackets } from "./ffmpeg.ts";
import { MEDIA, packageAlone, packageName, serveTestdata } from "./root.ts";

/** HEVC, AC-3, E-AC-3 and MP3, by RFC 6381: Debian's Chromium doesn't play them, so ffmpeg decodes them here. */
const DECODED_HERE = /^(hvc1|hev1|ac-3|ec-3|mp4a\.40\.34|mp4a\.6[9b])/i;

const served = serveTestdata();

for (const media of MEDIA) {
  Deno.test(`ams gives every packet of ${media} at its own time`, async (t) => {
    const { tracks } = await packageAlone(served.root, media);
    assertEquals(tracks.map(({ track }) => track), await trackIds(join(served.root, media)));
    const packaged = `${served.ams.url}/${packageName(media)}/.mpd`;
    const bare = `${served.ams.url}/${media}/.mpd`;
    for (const track of tracks) {
      await t.step(`packaged: ${track.name}`, () => checkRendition(track, packaged));
      await t.step(`bare: ${track.name}`, () => checkRendition(track, bare));
    }
  });
}

async function checkRendition(track: PackageTrack, mpdUrl: string): Promise<void> {
  const representation = (await fetchMpd(mpdUrl)).find(({ id }) => id === track.name);
  assert(representation, `${mpdUrl} has no ${track.name}`);
  if (track.type === "image") return await checkImages(track, representation);
  const file = join(served.root, track.file);
  const [inFile, inMpd] = [`i:${track.track}`, `m:id:${track.name}`];
  const [source, whole, client] = await Promise.all([
    packets(file, inFile),
    wholePackets(file, inFile),
    packets(mpdUrl, inMpd),
  ]);
  assert(source.length > 0);
  assertEquals(difference({ source, whole, client }), "");
  if (DECODED_HERE.test(representation.codecs)) {
    checkFrames(await frames(file, inFile), await frames(mpdUrl, inMpd));
  }
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
async function checkImages(track: PackageTrack, { segments, timescale }: Representation) {
  const source = await packets(join(served.root, track.file), `i:${track.track}`);
  assertEquals(segments.length, source.length);
  for (const [i, { url, time }] of segments.entries()) {
    const response = await fetch(url);
    const image = await response.bytes();
    assertEquals(response.headers.get("content-type"), "image/jpeg");
    assertEquals(md5(image), source[i]!.md5, url);
    assert(sameTime(time / timescale, source[i]!.pts), `${url} is not at ${source[i]!.pts} s`);
  }
}
