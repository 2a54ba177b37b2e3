/** An init, read back: does it set a decoder up as the file would? */

import { ByteReader } from "../../bytes.ts";
import type { Description } from "../../codecs/codec.ts";
import { findCodec } from "../../codecs/mod.ts";
import { MediaError } from "../../errors.ts";
import { toIso6392 } from "../../language.ts";
import { readBoxes } from "../../mp4/box.ts";
import { readMoov } from "../../mp4/moov_reader.ts";
import type { Moov } from "../../mp4/moov_reader.ts";
import type { Track } from "../../mp4/movie.ts";
import type { Say } from "../findings.ts";
import type { Unsaid } from "../readers/fragment.ts";
import { entryDifference } from "./sample_entries.ts";
import { sampleBytes } from "../expected/source_track.ts";
import type { SourceSamples, SourceTrack } from "../expected/source_track.ts";
import { readBack } from "../build.ts";
import type { Workbench } from "../build.ts";

/** What the segments behind an init are read with. */
export interface ReadInit {
  readonly trackId: number;
  readonly timescale: number;
  /** Of its one edit; 0 where there is none. */
  readonly mediaTime: number;
  readonly unsaid: Unsaid;
  /**
   * What a player takes it for which has the first sample.
   *
   * @throws MediaError when the configuration can't be read
   */
  describe(samples: SourceSamples): Description;
}

export const NOTHING_SAID: Unsaid = { description: 1, duration: 0, size: 0, flags: 0 };

/** Bytes of a sample that a codec may look at. */
const PEEK = 4096;

/** Reads the init of a rendition back; undefined where it can't be. */
export function checkInit(source: SourceTrack, bench: Workbench, say: Say): ReadInit | undefined {
  const { rendition } = source;
  const bytes = bench.make(() => bench.writers.init(rendition), say);
  const read = bytes && readBack(() => readInit(bytes), say, "init");
  const track = read?.moov.tracks[0];
  if (!read || !track) {
    if (read) say("init", "it has no track");
    return undefined;
  }
  checkBoxes(read, say);
  checkTrack(track, source, say);
  checkEntries(track, source, say);
  return {
    trackId: track.id,
    timescale: track.timescale,
    mediaTime: checkEdit(track, source, say),
    unsaid: read.moov.trexes.get(track.id) ?? NOTHING_SAID,
    describe: (samples) => describe(track, samples),
  };
}

export interface Init {
  readonly boxes: readonly string[];
  readonly brands: readonly string[];
  readonly moov: Moov;
}

/** @throws MediaError when it is none */
export function readInit(bytes: Uint8Array): Init {
  const boxes: string[] = [];
  const brands: string[] = [];
  let moov: Moov | undefined;
  readBoxes(new ByteReader(bytes), {
    ftyp: (r) => {
      boxes.push("ftyp");
      while (r.left >= 4) brands.push(r.ascii(4));
    },
    moov: (r) => {
      boxes.push("moov");
      moov = readMoov(r, { size: bytes.length, name: "init", warnings: [] });
    },
  });
  if (!moov) throw new MediaError("Cannot find a moov box");
  return { boxes, brands, moov };
}

function checkBoxes({ boxes, brands, moov }: Init, say: Say): void {
  if (boxes.join(" ") !== "ftyp moov") say("init", `it consists of ${boxes.join(" ")}`);
  if (!brands.includes("cmfc")) say("init", "its brands don't name CMAF: cmfc");
  if (moov.tracks.length > 1) say("init", `it has ${moov.tracks.length} tracks`);
  if (moov.trexes.size === 0) say("init", "it has no trex: no fragments can follow");
  for (const { id, samples } of moov.tracks) {
    if (samples.count > 0) say("init", `its track ${id} has samples`);
  }
}

function checkTrack(track: Track, { rendition, timescale }: SourceTrack, say: Say): void {
  const { type, language, track: own } = rendition;
  const handler = type === "audio" ? "soun" : "vide";
  if (track.handler !== handler) say("init", `its handler is ${track.handler}, not ${handler}`);
  if (track.timescale !== timescale) {
    say("timescale", `it is ${track.timescale} instead of ${timescale}`);
  }
  if (track.rotation !== own.rotation) {
    say("init", `it turns the picture by ${track.rotation} degrees instead of ${own.rotation}`);
  }
  const [got, said] = [track.language, language].map((tag) => toIso6392(tag));
  if (got !== said && got !== "und") say("language", `it is ${got} instead of ${said}`);
}

/** One edit that starts at the media time, or none (DESIGN: timing): all that every player honours. */
function checkEdit({ edits }: Track, { rendition: { timing } }: SourceTrack, say: Say): number {
  const [edit, ...more] = edits;
  if (!edit) {
    if (timing.mediaTime > 0) {
      say("edit", `there is none, where media time ${timing.mediaTime} is 0`);
    }
    return 0;
  }
  const { mediaTime, duration, rate } = edit;
  if (more.length > 0) say("edit", `there are ${edits.length} of them`);
  if (mediaTime < 0 || duration !== 0 || rate !== 1) {
    say("edit", `its media time is ${mediaTime}, its duration ${duration}, its rate ${rate}`);
  } else if (mediaTime !== timing.mediaTime) {
    say("edit", `it starts at ${mediaTime} instead of ${timing.mediaTime}`);
  }
  return mediaTime;
}

function checkEntries({ entries }: Track, { track, rendition }: SourceTrack, say: Say): void {
  if (entries.length !== track.entries.length) {
    say("sample entry", `there are ${entries.length} instead of ${track.entries.length}`);
  }
  for (const [i, entry] of track.entries.entries()) {
    const difference = entries[i] && entryDifference(entries[i], entry, rendition);
    if (difference) say("sample entry", `number ${i + 1}: ${difference}`);
  }
}

function describe({ entries }: Track, samples: SourceSamples): Description {
  const entry = entries[samples.descriptions[0]!];
  const codec = entry && findCodec(entry);
  if (!codec) throw new MediaError("Cannot find a sample entry of a known codec");
  const first = sampleBytes(samples, 0).subarray(0, PEEK);
  return codec.describe(entry, codec.needsSample?.(entry) ? first : undefined);
}
