/** Warms up V8's compiler. Otherwise the first manifest of an asset of several hours takes three times as long. */

import { planCmafSegment } from "../cmaf/segment.ts";
import { buildMpd } from "../dash/mpd.ts";
import { buildMediaPlaylist } from "../hls/media_playlist.ts";
import { formatPackage, type Package, parsePackage } from "../package/package.ts";
import { openPackage } from "../presentation/open.ts";
import { SegmentProtection } from "../presentation/segment_protection.ts";
import { toPackage } from "../presentation/to_package.ts";
import { buildSmoothManifest } from "../smooth/manifest.ts";
import { createWarmUpMovie } from "./warm_up_movie.ts";

/** Without an index of the track in the package, then with one. */
const ROUNDS = 8;
const INDEXED_ROUNDS = 16;

const PACKAGE: Package = {
  segmentDuration: 8,
  tracks: [{
    file: "movie.mp4",
    track: 1,
    type: "video",
    language: "und",
    name: "video",
    openGop: false,
  }],
};

/** Takes some tenths of a second, in turns between which requests are served. */
export async function warmUp(): Promise<void> {
  const source = createWarmUpMovie();
  let pack = PACKAGE;
  for (let round = 0; round < ROUNDS + INDEXED_ROUNDS; round++) {
    await new Promise((resolve) => setTimeout(resolve, 0));
    const { presentation } = await openPackage(pack, () => source);
    if (round >= ROUNDS) pack = parsePackage(formatPackage(toPackage(presentation)));
    for (const rendition of presentation.renditions.values()) {
      if (rendition.type === "text") continue;
      buildMediaPlaylist(presentation, rendition, "fmp4");
      const protection = SegmentProtection.decide(presentation, rendition, "cmaf")!;
      for (let index = 0; index < 20; index++) planCmafSegment(rendition, index, protection);
    }
    buildMpd(presentation);
    buildSmoothManifest(presentation);
  }
}
