/** Movies with large tables, and their packages with indexes. */

import { buildMpd } from "../../lib/dash/mpd.ts";
import { buildIframePlaylist } from "../../lib/hls/iframe_playlist.ts";
import { buildMediaPlaylist } from "../../lib/hls/media_playlist.ts";
import { buildMultivariantPlaylist } from "../../lib/hls/multivariant_playlist.ts";
import { formatPackage, type Package, parsePackage } from "../../lib/package/package.ts";
import { openInputs } from "../open_presentation.ts";
import { toPackage } from "../../lib/presentation/to_package.ts";
import type { MediaRendition, Presentation } from "../../lib/presentation/presentation.ts";
import { planCmafSegment } from "../../lib/cmaf/segment.ts";
import { createWarmUpMovie } from "../../lib/ams/warm_up_movie.ts";
import type { Source } from "../../lib/storage/source.ts";
import {
  ascii,
  box,
  concat,
  fullBox,
  memorySource,
  moov,
  stbl,
  stsd,
  table,
  trak,
  u16,
  u32,
  u8,
} from "../mp4/movie_file.ts";
import { CLEAR } from "../clear_protection.ts";

/** Enough frames that their sizes alone exceed a moov that is read as a whole. */
export const FRAMES = 240_000;

/** Returns a sample entry of Opus. */
export function opus(): Uint8Array {
  const dOps = box("dOps", u8(0, 2), u16(312), u32(48000), u16(0), u8(0));
  return box("Opus", u16(0, 0, 0, 1), u32(0, 0), u16(2, 16, 0, 0), u32(48000 * 65536), dOps);
}

/** Returns an audio file with many runs of durations and of chunks, and two sample descriptions. */
function buildLongAudio(): Source {
  const rows = Array.from({ length: FRAMES / 3 }, (_, i) => i);
  const header = moov(trak({
    handler: "soun",
    timescale: 48000,
    tables: stbl({
      stsd: stsd(opus(), opus()),
      stsz: fullBox("stsz", 0, 0, u32(0, FRAMES), buildSizes()),
      stts: table("stts", ...rows.map((i) => [3, 960 + i % 2])),
      stsc: table("stsc", ...rows.map((i) => [i + 1, 3, i < 50_000 ? 1 : 2])),
      stco: table("stco", ...rows.map((i) => [1000 + 300 * i])),
    }),
  }));
  return {
    ...memorySource(concat(header, u32(0), ascii("mdat")), "audio.mp4").source,
    size: 2 ** 30,
  };
}

export function buildSizes(count = FRAMES): Uint8Array {
  const rows = new DataView(new ArrayBuffer(4 * count));
  for (let i = 0; i < count; i++) rows.setUint32(4 * i, 20 + (i * 37) % 80);
  return new Uint8Array(rows.buffer);
}

export const SOURCES: Record<string, Source> = {
  "movie.mp4": createWarmUpMovie(),
  "audio.mp4": buildLongAudio(),
};

/** Returns a function that opens files, and the number of bytes read from each. */
export function createOpener(sources = SOURCES) {
  const read: Record<string, number> = {};
  const open = (file: string): Source => {
    const source = sources[file]!;
    return {
      ...source,
      read(offset, into) {
        read[file] = (read[file] ?? 0) + into.length;
        return source.read(offset, into);
      },
    };
  };
  return { open, read };
}

export async function buildPackage(segmentDuration = 8): Promise<Package> {
  const inputs = [{ file: "movie.mp4" }, { file: "movie.mp4" }, { file: "audio.mp4" }];
  const { open } = createOpener();
  const presentation = await openInputs(inputs, { segmentDuration, open, maxProbes: 0 });
  return parsePackage(formatPackage(toPackage(presentation)));
}

export function withoutIndex(pack: Package): Package {
  return { ...pack, tracks: pack.tracks.map(({ index: _, ...track }) => track) };
}

/** Returns everything that is computed with an index. */
export function collectResults(presentation: Presentation): unknown {
  const renditions = [...presentation.renditions.values()] as MediaRendition[];
  return {
    version: presentation.version,
    mpd: buildMpd(presentation),
    hls: buildMultivariantPlaylist(presentation, "fmp4"),
    renditions: renditions.map((rendition) => ({
      playlist: buildMediaPlaylist(presentation, rendition, "fmp4"),
      iframes: rendition.type === "video" && buildIframePlaylist(presentation, rendition, "fmp4"),
      stream: rendition.type === "video" && buildMediaPlaylist(presentation, rendition, "ts"),
      timeline: rendition.timeline,
      segments: [0, 1, 30, 77, rendition.timeline.firstSampleTimes.length - 1].map((index) => {
        const { header, ranges } = planCmafSegment(rendition, index, CLEAR);
        return [header, ranges.map(({ offset, size }) => [offset, size])];
      }),
    })),
  };
}
