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
import type { Report } from "../findings.ts";
import type { SampleDefaults } from "../readers/fragment.ts";
import { findEntryDifference } from "./sample_entries.ts";
import { sampleBytes } from "../expected/source_track.ts";
import type { SourceSamples, SourceTrack } from "../expected/source_track.ts";
import { readBack } from "../build.ts";
import type { Builder } from "../build.ts";

/** What the segments behind an init are read with. */
export interface ReadInit {
  readonly trackId: number;
  readonly timescale: number;
  /** Of its one edit; 0 where there is none. */
  readonly mediaTime: number;
  readonly defaults: SampleDefaults;
  /**
   * What a player takes it for which has the first sample.
   *
   * @throws MediaError when the configuration can't be read
   */
  describe(samples: SourceSamples): Description;
}

export const NO_DEFAULTS: SampleDefaults = { description: 1, duration: 0, size: 0, flags: 0 };

/** Bytes of a sample that a codec may look at. */
const PEEK = 4096;

/** Reads the init of a rendition back; undefined where it can't be. */
export function checkInit(
  source: SourceTrack,
  builder: Builder,
  report: Report,
): ReadInit | undefined {
  const { rendition } = source;
  const bytes = builder.make(() => builder.generators.init(rendition), report);
  const read = bytes && readBack(() => readInit(bytes), report, "init");
  const track = read?.moov.tracks[0];
  if (!read || !track) {
    if (read) report("init", "it has no track");
    return undefined;
  }
  checkBoxes(read, report);
  checkTrack(track, source, report);
  checkEntries(track, source, report);
  return {
    trackId: track.id,
    timescale: track.timescale,
    mediaTime: checkEdit(track, source, report),
    defaults: read.moov.trexes.get(track.id) ?? NO_DEFAULTS,
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

function checkBoxes({ boxes, brands, moov }: Init, report: Report): void {
  if (boxes.join(" ") !== "ftyp moov") report("init", `it consists of ${boxes.join(" ")}`);
  if (!brands.includes("cmfc")) report("init", "its brands don't name CMAF: cmfc");
  if (moov.tracks.length > 1) report("init", `it has ${moov.tracks.length} tracks`);
  if (moov.trexes.size === 0) report("init", "it has no trex: no fragments can follow");
  for (const { id, samples } of moov.tracks) {
    if (samples.count > 0) report("init", `its track ${id} has samples`);
  }
}

function checkTrack(track: Track, { rendition, timescale }: SourceTrack, report: Report): void {
  const { type, language, track: own } = rendition;
  const handler = type === "audio" ? "soun" : "vide";
  if (track.handler !== handler) report("init", `its handler is ${track.handler}, not ${handler}`);
  if (track.timescale !== timescale) {
    report("timescale", `it is ${track.timescale} instead of ${timescale}`);
  }
  if (track.rotation !== own.rotation) {
    report("init", `it turns the picture by ${track.rotation} degrees instead of ${own.rotation}`);
  }
  const [got, said] = [track.language, language].map((tag) => toIso6392(tag));
  if (got !== said && got !== "und") report("language", `it is ${got} instead of ${said}`);
}

/** One edit that starts at the media time, or none (DESIGN: timing): all that every player honours. */
function checkEdit(
  { edits }: Track,
  { rendition: { timing } }: SourceTrack,
  report: Report,
): number {
  const [edit, ...more] = edits;
  if (!edit) {
    if (timing.mediaTime > 0) {
      report("edit", `there is none, where media time ${timing.mediaTime} is 0`);
    }
    return 0;
  }
  const { mediaTime, duration, rate } = edit;
  if (more.length > 0) report("edit", `there are ${edits.length} of them`);
  if (mediaTime < 0 || duration !== 0 || rate !== 1) {
    report("edit", `its media time is ${mediaTime}, its duration ${duration}, its rate ${rate}`);
  } else if (mediaTime !== timing.mediaTime) {
    report("edit", `it starts at ${mediaTime} instead of ${timing.mediaTime}`);
  }
  return mediaTime;
}

function checkEntries({ entries }: Track, { track, rendition }: SourceTrack, report: Report): void {
  if (entries.length !== track.entries.length) {
    report("sample entry", `there are ${entries.length} instead of ${track.entries.length}`);
  }
  for (const [i, entry] of track.entries.entries()) {
    const difference = entries[i] && findEntryDifference(entries[i], entry, rendition);
    if (difference) report("sample entry", `number ${i + 1}: ${difference}`);
  }
}

function describe({ entries }: Track, samples: SourceSamples): Description {
  const entry = entries[samples.descriptions[0]!];
  const codec = entry && findCodec(entry);
  if (!codec) throw new MediaError("Cannot find a sample entry of a known codec");
  const first = sampleBytes(samples, 0).subarray(0, PEEK);
  return codec.describe(entry, codec.needsSample?.(entry) ? first : undefined);
}
