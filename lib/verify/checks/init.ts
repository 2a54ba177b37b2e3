/** Compares an init segment with the track of the file. */

import { ByteReader } from "../../bytes.ts";
import type { Description } from "../../codecs/codec.ts";
import { findCodec } from "../../codecs/mod.ts";
import { MediaError } from "../../errors.ts";
import { readBoxes } from "../../mp4/box.ts";
import { type Moov, readMoov } from "../../mp4/moov.ts";
import type { Track } from "../../mp4/movie.ts";
import type { Report } from "../findings.ts";
import type { SampleDefaults } from "../readers/fragment.ts";
import { checkInitSignalling } from "./init_signalling.ts";
import { checkRollDistance } from "./pre_roll.ts";
import { findEntryDifference } from "./sample_entries.ts";
import { getSourceSample } from "../expected/source_track.ts";
import type { SourceSamples, SourceTrack } from "../expected/source_track.ts";
import { tryRead } from "../build.ts";
import type { MediaContext } from "./segment_check.ts";

export interface InitData {
  readonly trackId: number;
  readonly timescale: number;
  /** 0 without an edit. */
  readonly mediaTime: number;
  readonly defaults: SampleDefaults;
  readonly rollDistance: number | undefined;
  /** @throws MediaError if the configuration cannot be read */
  describe(samples: SourceSamples): Description;
}

export const NO_DEFAULTS: SampleDefaults = { descriptionIndex: 1, duration: 0, size: 0, flags: 0 };

export const MAX_PROBED_BYTES = 4096;

/** @returns undefined, with a finding, if the segment cannot be read */
export function checkInit(
  source: SourceTrack,
  { builder, measurements, decryption }: MediaContext,
  report: Report,
): InitData | undefined {
  const { rendition } = source;
  const sent = builder.generate(() => builder.generators.init(rendition), report);
  const bytes = sent && decryption.init(sent, report);
  const init = bytes && tryRead(() => readInit(bytes), report, "init");
  const track = init?.moov.tracks[0];
  if (!init || !track) {
    if (init) report("init", "there is no track");
    return undefined;
  }
  checkBoxes(init, report);
  checkSyncSamples(init, source, report);
  checkTrack(track, source, report);
  checkEntries(track, source, report);
  checkRollDistance(track.rollDistance, source, report);
  checkInitSignalling(bytes!, { rendition, measurements }, report);
  return {
    trackId: track.id,
    timescale: track.timescale,
    mediaTime: checkEdit(track, source, report),
    defaults: init.moov.trexes.get(track.id) ?? NO_DEFAULTS,
    rollDistance: track.rollDistance,
    describe: (samples) => describe(track, samples),
  };
}

export interface InitSegment {
  readonly boxTypes: readonly string[];
  readonly brands: readonly string[];
  readonly moov: Moov;
  /** Entries of stss; undefined without the box. */
  readonly syncSamples: number | undefined;
}

/** @throws MediaError if there is no moov, or it is invalid */
export function readInit(bytes: Uint8Array): InitSegment {
  const boxTypes: string[] = [];
  const brands: string[] = [];
  let moov: Moov | undefined;
  let syncSamples: number | undefined;
  readBoxes(new ByteReader(bytes), {
    ftyp: (r) => {
      boxTypes.push("ftyp");
      while (r.left >= 4) brands.push(r.ascii(4));
    },
    moov: (r) => {
      boxTypes.push("moov");
      const { bytes: body } = r.rest();
      syncSamples = countSyncSamples(new ByteReader(body));
      moov = readMoov(new ByteReader(body), { size: bytes.length, name: "init", warnings: [] });
    },
  });
  if (!moov) throw new MediaError("Cannot find a moov box");
  return { boxTypes, brands, moov, syncSamples };
}

function countSyncSamples(moov: ByteReader): number | undefined {
  let count: number | undefined;
  const enter = (types: readonly string[]) => (r: ByteReader): void => {
    const [type, ...rest] = types;
    if (type) return readBoxes(r, { [type]: enter(rest) });
    r.skip(4);
    count = r.u32();
  };
  enter(["trak", "mdia", "minf", "stbl", "stss"])(moov);
  return count;
}

/** Without stss every sample is a sync sample (14496-12 §8.6.2.1, 23000-19 §7.5.12). */
function checkSyncSamples(
  { syncSamples }: InitSegment,
  { track, rendition }: SourceTrack,
  report: Report,
): void {
  const expected = rendition.type === "video" && !track.samples.allSync ? 0 : undefined;
  if (syncSamples === expected) return;
  const describe = (count?: number) => count === undefined ? "none" : `one of ${count} entries`;
  report("init", `stss: got ${describe(syncSamples)}, expected ${describe(expected)}`);
}

function checkBoxes({ boxTypes, brands, moov }: InitSegment, report: Report): void {
  if (boxTypes.join(" ") !== "ftyp moov") {
    report("init", `got ${boxTypes.join(" ")}, expected ftyp moov`);
  }
  if (!brands.includes("cmfc")) report("init", "the brand cmfc is missing");
  if (moov.tracks.length > 1) report("init", `got ${moov.tracks.length} tracks, expected 1`);
  if (moov.trexes.size === 0) report("init", "trex is missing");
  for (const { id, samples } of moov.tracks) {
    if (samples.count > 0) report("init", `track ${id} has samples`);
  }
}

function checkTrack(track: Track, { rendition, timescale }: SourceTrack, report: Report): void {
  const { type } = rendition;
  const handler = type === "audio" ? "soun" : "vide";
  if (track.handler !== handler) {
    report("init", `got handler ${track.handler}, expected ${handler}`);
  }
  if (track.timescale !== timescale) {
    report("timescale", `got ${track.timescale}, expected ${timescale}`);
  }
}

/** Players support exactly one edit, which starts at the media time (docs/design/timing.md). */
function checkEdit({ edits }: Track, { rendition: { timing } }: SourceTrack, report: Report) {
  const [edit, ...more] = edits;
  if (!edit) {
    if (timing.mediaTime > 0) report("edit", `missing, expected media time ${timing.mediaTime}`);
    return 0;
  }
  const { mediaTime, duration, rate } = edit;
  if (more.length > 0) report("edit", `got ${edits.length} edits, expected 1`);
  if (mediaTime < 0 || duration !== 0 || rate !== 1) {
    report("edit", `got media time ${mediaTime}, duration ${duration}, rate ${rate}`);
  } else if (mediaTime !== timing.mediaTime) {
    report("edit", `got media time ${mediaTime}, expected ${timing.mediaTime}`);
  }
  return mediaTime;
}

function checkEntries({ entries }: Track, { track, rendition }: SourceTrack, report: Report): void {
  if (entries.length !== track.entries.length) {
    report("sample entry", `got ${entries.length} entries, expected ${track.entries.length}`);
  }
  for (const [i, entry] of track.entries.entries()) {
    const got = entries[i];
    const difference = got &&
      tryRead(() => findEntryDifference(got, entry, rendition), report, "sample entry");
    if (difference) report("sample entry", `entry ${i + 1}: ${difference}`);
  }
}

function describe({ entries }: Track, samples: SourceSamples): Description {
  const entry = entries[samples.descriptions[0]!];
  const codec = entry && findCodec(entry);
  if (!codec) throw new MediaError("Cannot find a sample entry of a known codec");
  const first = getSourceSample(samples, 0).subarray(0, MAX_PROBED_BYTES);
  return codec.describe(entry, codec.needsSample?.(entry) ? first : undefined);
}
