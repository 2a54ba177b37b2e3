/** Movie fragments (14496-12 §8.8.4) as live encoders write them, before their media data have arrived. */

import { ByteReader } from "../../bytes.ts";
import { MediaError } from "../../errors.ts";
import { inBox, readBoxes } from "../../mp4/box.ts";
import { type LiveTfdt, readLiveTfdt, readTfhd, type Tfhd } from "../../mp4/moof.ts";
import { createSampleFields, type SampleFields } from "../../mp4/samples/sample_table.ts";
import { readLiveTfxd } from "../../mp4/smooth_moof.ts";
import { getColumnOffsets, getRowSize, readTrun, type Trun } from "../../mp4/trun.ts";
import type { LiveInit } from "./live_init.ts";
import { type LiveFragment, sumColumn } from "./live_samples.ts";

/** Samples of one moof: 20 minutes of audio. A trun without rows can declare any number. */
const MAX_SAMPLES = 2 ** 16;

/** Encoders write one for each track. */
const MAX_TRAFS = 1000;

/** In seconds, of all tracks together: the archive has a directory for each ten minutes. */
const MAX_DURATION = 4 * 3600;

/** Media data of one trun, in bytes from the start of the moof. */
interface DataRange {
  readonly start: number;
  readonly end: number;
}

/** A traf with the ranges of its samples. */
export interface PendingTraf extends Omit<LiveFragment, "samples"> {
  readonly description: number;
  readonly fields: SampleFields;
  /** In the order of the samples. */
  readonly ranges: readonly DataRange[];
}

export interface PendingMoof {
  /** Tracks with at least one sample. Those that the init leaves out are left out. */
  readonly trafs: readonly PendingTraf[];
  /** End of the media data of `trafs`, in bytes from the start of the moof; 0 without any. */
  readonly end: number;
  /** Sum of the sizes of all samples, in bytes: those of several may be the same media data. */
  readonly size: number;
}

interface LiveTraf {
  readonly tfhd: Tfhd;
  readonly tfdt: LiveTfdt | undefined;
  readonly tfxd: bigint | undefined;
  readonly truns: readonly Trun[];
}

/**
 * Reads the body of a moof.
 *
 * @param offset of the moof in the body of the request, to which base_data_offset refers
 * @throws MediaError with the box path if a box is invalid, or contradicts the init segment
 */
export function readLiveMoof(body: Uint8Array, offset: number, init: LiveInit): PendingMoof {
  return inBox("moof", () => {
    const all: LiveTraf[] = [];
    readBoxes(new ByteReader(body), { traf: (r) => all.push(readLiveTraf(r)) });
    checkCount(all);
    const trafs: PendingTraf[] = [];
    let end = 0; // of the traf before
    for (const traf of all) {
      const resolved = inBox("traf", () => resolveTraf(traf, { init, offset, previousEnd: end }));
      end = resolved.ranges.at(-1)?.end ?? end;
      if (resolved.fields.sizes.length > 0 && init.tracks.has(resolved.trackId)) {
        trafs.push(resolved);
      }
    }
    checkDuration(trafs, init);
    const last = trafs.reduce((max, { ranges }) => Math.max(max, ranges.at(-1)!.end), 0);
    const size = trafs.reduce(
      (sum, { fields: { sizes } }) => sum + sumColumn(sizes, 0, sizes.length),
      0,
    );
    return { trafs, end: last, size };
  });
}

function readLiveTraf(r: ByteReader): LiveTraf {
  let [tfhd, tfdt, tfxd]: [Tfhd?, LiveTfdt?, bigint?] = [];
  const truns: Trun[] = [];
  readBoxes(r, {
    tfhd: (r) => tfhd = readTfhd(r),
    tfdt: (r) => tfdt = readLiveTfdt(r),
    trun: (r) => truns.push(readTrun(r)),
    uuid: (r) => tfxd ??= readLiveTfxd(r),
  });
  if (!tfhd) throw new MediaError("Cannot find a tfhd box");
  return { tfhd, tfdt, tfxd, truns };
}

function checkCount(trafs: readonly LiveTraf[]): void {
  if (trafs.length > MAX_TRAFS) {
    const reason =
      `Cannot read ${trafs.length} traf boxes in one fragment, expected at most ${MAX_TRAFS}`;
    throw new MediaError(reason, "MEDIA_UNSUPPORTED");
  }
  const count = trafs.flatMap(({ truns }) => truns).reduce((sum, { count }) => sum + count, 0);
  if (count <= MAX_SAMPLES) return;
  const reason = `Cannot read ${count} samples in one fragment, expected at most ${MAX_SAMPLES}`;
  throw new MediaError(reason, "MEDIA_UNSUPPORTED");
}

function checkDuration(trafs: readonly PendingTraf[], { tracks }: LiveInit): void {
  const duration = trafs.reduce((sum, { trackId, fields: { durations } }) => {
    return sum + sumColumn(durations, 0, durations.length) / tracks.get(trackId)!.track.timescale;
  }, 0);
  if (duration <= MAX_DURATION) return;
  throw new MediaError(
    `Cannot store samples of ${
      Math.round(duration)
    } s in one fragment, expected at most ${MAX_DURATION}`,
    "MEDIA_UNSUPPORTED",
  );
}

interface MoofContext {
  readonly init: LiveInit;
  readonly offset: number;
  readonly previousEnd: number;
}

function resolveTraf({ tfhd, tfdt, tfxd, truns }: LiveTraf, context: MoofContext): PendingTraf {
  const { trackId } = tfhd;
  const count = truns.reduce((sum, { count }) => sum + count, 0);
  const defaults = inBox("tfhd", () => getTrackDefaults(tfhd, context.init));
  const fields = createSampleFields(count);
  const ranges: DataRange[] = [];
  let first = 0;
  let end = getBase(tfhd, context);
  const base = end;
  for (const trun of truns) {
    fillFields(fields, first, trun, defaults);
    const start = trun.dataOffset === undefined ? end : base + trun.dataOffset;
    end = start + sumColumn(fields.sizes, first, first + trun.count);
    if (start < 0) throw new MediaError(`Cannot read samples ${-start} bytes before the moof`);
    ranges.push({ start, end });
    first += trun.count;
  }
  return {
    ...{ trackId, description: defaults.description, fields, ranges },
    time: tfdt?.time,
    wraps: tfdt?.wraps ?? false,
    presentationTime: tfxd,
  };
}

/** Without a base, data start at the moof in the first traf, and after the previous data in others (§8.8.7). */
function getBase(tfhd: Tfhd, { offset, previousEnd }: MoofContext): number {
  if (tfhd.baseDataOffset !== undefined) return tfhd.baseDataOffset - offset;
  return tfhd.defaultBaseIsMoof ? 0 : previousEnd;
}

interface Defaults {
  readonly description: number;
  readonly duration: number;
  readonly size: number;
  readonly flags: number;
}

function getTrackDefaults(tfhd: Tfhd, { tracks, trackIds, trexes }: LiveInit): Defaults {
  const { trackId } = tfhd;
  if (!trackIds.has(trackId)) throw new MediaError(`Cannot find track ${trackId} in moov`);
  const trex = trexes.get(trackId);
  const description = tfhd.descriptionIndex ?? trex?.descriptionIndex ?? 1;
  const count = tracks.get(trackId)?.track.entries.length ?? Infinity;
  if (description === 0 || description > count) {
    throw new MediaError(`Cannot find sample description ${description} of ${count}`);
  }
  return {
    description: description - 1,
    duration: tfhd.duration ?? trex?.duration ?? 0,
    size: tfhd.size ?? trex?.size ?? 0,
    flags: tfhd.flags ?? trex?.flags ?? 0,
  };
}

function fillFields(fields: SampleFields, first: number, trun: Trun, defaults: Defaults): void {
  const { rows, columns, count, firstFlags } = trun;
  const view = new DataView(rows.buffer, rows.byteOffset, rows.byteLength);
  const [durationAt, sizeAt, flagsAt, offsetAt] = getColumnOffsets(columns);
  const step = getRowSize(columns);
  for (let i = 0; i < count; i++) {
    const row = i * step;
    const at = first + i;
    fields.durations[at] = durationAt < 0 ? defaults.duration : view.getUint32(row + durationAt);
    fields.sizes[at] = sizeAt < 0 ? defaults.size : view.getUint32(row + sizeAt);
    fields.flags[at] = flagsAt < 0 ? defaults.flags : view.getUint32(row + flagsAt);
    fields.compositionOffsets[at] = offsetAt < 0 ? 0 : view.getInt32(row + offsetAt);
  }
  if (count > 0 && firstFlags !== undefined && flagsAt < 0) fields.flags[first] = firstFlags;
}
