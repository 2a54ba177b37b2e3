/** Stores samples that waited when the process was killed. None is stored twice, wherever that was. */

import type { ArchiveWriter } from "../../archive/archive_writer.ts";
import type { BlockTrack } from "../../archive/block.ts";
import type { ChannelEvent } from "../segmenter/channel_events.ts";
import type { ChannelSegmenter } from "../segmenter/channel_segmenter.ts";
import type { Instant } from "../segmenter/clock.ts";
import {
  countSamples,
  isSyncSample,
  sliceSamples,
  sumColumn,
  sumDurations,
} from "../media/live_samples.ts";
import type { LiveRequest } from "../segmenter/publishers.ts";
import { MAX_GAP } from "../segmenter/track_queue.ts";
import { toRun } from "../segmenter/track_segmenter.ts";
import type { StoredWaiting } from "./waiting_file.ts";
import type { WaitingSamples } from "../segmenter/waiting_samples.ts";

/** A track of the last period. */
interface LastTrack {
  readonly index: number;
  readonly block: BlockTrack;
  /** Decode time of the encoder that is 0 in the period. */
  readonly origin: bigint;
  /** End of its last sample in the period, in ticks. */
  decodeEnd: number;
}

interface TailSamples extends WaitingSamples {
  readonly track: LastTrack;
}

export interface RestorePlan {
  /** Samples that belong to the last period, and are not in it. */
  readonly tail: readonly TailSamples[];
  /** Samples for a period that has not begun. */
  readonly rest: readonly WaitingSamples[];
}

/** Finds out which of the samples are in no block. */
export function planRestore(writer: ArchiveWriter, waiting: StoredWaiting): RestorePlan {
  const { last } = writer;
  const hasBegun = (last?.block.period.id ?? 0) !== waiting.period; // another period, since the file was written
  const tracks = findLastTracks(writer);
  const tail: TailSamples[] = [];
  const rest: WaitingSamples[] = [];
  for (const samples of waiting.samples) {
    const track = tracks.find(({ block }) => block.name === samples.name);
    const isSame = track?.block.resume?.initKey === samples.init.key;
    if (samples.isInPeriod === hasBegun) {
      // What was for the period before is in it: it has ended. What was for a period that has not begun still is.
      if (!hasBegun) rest.push(samples);
    } else if (hasBegun && !track) rest.push(samples);
    else if (isSame) {
      const unstored = omitStored(samples, track!);
      if (!unstored) continue;
      if (follows(unstored, track!)) tail.push(addTo(track!, unstored));
      else rest.push(unstored);
    }
  }
  return last?.progress.isBroadcastOver ? { tail: [], rest } : { tail, rest };
}

/**
 * Appends samples to the last period, as a segment of each track.
 *
 * @throws NoSpaceError, and errors of the file system
 */
export function appendTail(writer: ArchiveWriter, tail: readonly TailSamples[]): void {
  if (tail.length === 0) return;
  writer.continuePeriod();
  const started = new Set<LastTrack>();
  for (const { track, samples, time, arrival } of tail) {
    const { index, block, origin } = track;
    const shift = Number(origin + BigInt(block.resume!.presentationShift));
    writer.append({
      track: index,
      startsSegment: !started.has(track),
      isForced: block.type === "video" && !started.has(track) && !isSyncSample(samples, 0),
      run: toRun(samples, Number(time - origin), {
        ...{ timescale: block.timescale, mediaTime: block.mediaTime },
        ...{ decodeOrigin: 0, presentationShift: shift },
      }),
      samples: samples.data,
      arrival,
    });
    started.add(track);
  }
  writer.endPeriod();
}

/** Pushes samples again. */
export function pushAgain(
  segmenter: ChannelSegmenter,
  rest: readonly WaitingSamples[],
  { now, apply }: {
    readonly now: Instant;
    /** Writes events. */
    readonly apply: (events: readonly ChannelEvent[]) => void;
  },
): void {
  const open = new Map<string, LiveRequest>();
  for (const { publisher, stream, init, trackId, time, samples } of rest) {
    const key = `${publisher} ${stream}`;
    const live = open.get(key) ?? segmenter.open(publisher, stream);
    if (!open.has(key)) apply(segmenter.addInit(live, init));
    open.set(key, live);
    const tracks = [{ trackId, time, samples, wraps: false, presentationTime: undefined }];
    apply(segmenter.addFragment(live, { kind: "fragment", init, tracks, prft: undefined }, now));
  }
  for (const live of open.values()) segmenter.close(live);
}

function findLastTracks(writer: ArchiveWriter): LastTrack[] {
  const ends = writer.readEnds();
  return (writer.last?.block.tracks ?? []).flatMap((block, index) => {
    const { resume } = block;
    const decodeEnd = ends[index]?.decodeEnd ?? 0;
    return resume ? { index, block, origin: BigInt(resume.decodeOrigin), decodeEnd } : [];
  });
}

/** Returns undefined if all are stored. */
function omitStored(
  waiting: WaitingSamples,
  { origin, decodeEnd }: LastTrack,
): WaitingSamples | undefined {
  const { samples, time } = waiting;
  const count = countSamples(samples);
  let first = 0;
  let start = Number(time - origin);
  if (start < 0) return waiting; // it is before the period
  while (first < count && start < decodeEnd) start += samples.durations[first++]!;
  if (first === count) return undefined;
  const rest = sliceSamples(samples, first, count);
  return {
    ...waiting,
    samples: rest,
    time: time + BigInt(sumColumn(samples.durations, 0, first)),
  };
}

function follows({ time }: WaitingSamples, { origin, decodeEnd, block }: LastTrack): boolean {
  const start = Number(time - origin);
  return start >= 0 && Math.abs(start - decodeEnd) <= MAX_GAP * block.timescale;
}

function addTo(track: LastTrack, waiting: WaitingSamples): TailSamples {
  track.decodeEnd = Number(waiting.time - track.origin) + sumDurations(waiting.samples);
  return { ...waiting, track };
}
