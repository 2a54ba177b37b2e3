/** Assets recorded chunk by chunk, and their archives as presentations. */

import { fromFileUrl, join } from "@std/path";
import { ArchiveWriter } from "../../lib/archive/archive_writer.ts";
import { formatBlockName, getTrackFile } from "../../lib/archive/block.ts";
import { BlockSource } from "../../lib/archive/block_source.ts";
import { ChannelHistory } from "../../lib/archive/channel_history.ts";
import { readWholeFile } from "../../lib/archive/file_system.ts";
import { findFirstSample } from "../../lib/archive/init_traits.ts";
import { readBlock, readStoredInit } from "../../lib/archive/recovery.ts";
import { PeriodPresentation } from "../../lib/archive/period_presentation.ts";
import { buildInit } from "../../lib/cmaf/init.ts";
import type {
  MediaRendition,
  Presentation,
  Rendition,
} from "../../lib/presentation/presentation.ts";
import { readSampleRuns } from "../../lib/presentation/segment_samples.ts";
import { openFile } from "../../lib/storage/local/file.ts";
import { readPlan, toSampleRanges } from "../../lib/storage/read_plan.ts";
import type { Source } from "../../lib/storage/source.ts";
import type { OpenPresentation } from "../open_presentation.ts";
import { MemoryFileSystem } from "./memory_file_system.ts";
import { EPOCH, readRecords } from "./recording.ts";

const TESTDATA = fromFileUrl(new URL("../../testdata/", import.meta.url));

const CHUNK_SAMPLES = 7;

export const open = (file: string) => openFile(join(TESTDATA, file), file);

const isMedia = (rendition: Rendition): rendition is MediaRendition => rendition.type !== "text";

export const getMedia = (presentation: Presentation) =>
  [...presentation.renditions.values()].filter(isMedia);

/** Writes all segments of all renditions, in chunks of a few samples. */
export async function recordAsset(presentation: OpenPresentation): Promise<MemoryFileSystem> {
  const files = new MemoryFileSystem();
  await recordPeriod(ArchiveWriter.open(files), presentation, { epoch: EPOCH, start: EPOCH });
  return files;
}

/** Writes a whole period; with an epoch, it begins a broadcast. */
export async function recordPeriod(
  writer: ArchiveWriter,
  presentation: OpenPresentation,
  times: { readonly epoch?: number; readonly start: number },
): Promise<void> {
  const media = getMedia(presentation);
  writer.beginPeriod({
    ...times,
    tracks: media.map((rendition) => ({
      name: rendition.name,
      type: rendition.type as "video" | "audio",
      timescale: rendition.timing.timescale,
      mediaTime: rendition.timing.mediaTime,
      stream: "feed",
      publisher: "main",
      init: buildInit(rendition),
      language: rendition.language,
    })),
  });
  writer.fixTarget(presentation.targetDuration, EPOCH);
  for (const [track, rendition] of media.entries()) {
    const { samples } = rendition.timeline;
    for (let i = 0; i + 1 < samples.length; i++) {
      for (let first = samples[i]!; first < samples[i + 1]!; first += CHUNK_SAMPLES) {
        const end = Math.min(first + CHUNK_SAMPLES, samples[i + 1]!);
        const [run] = readSampleRuns(rendition, first, end);
        const ranges = toSampleRanges(run!.source, run!);
        const plan = { type: "", header: new Uint8Array(), ranges };
        const bytes = await readPlan(plan, new Uint8Array());
        const startsSegment = first === samples[i];
        writer.append({ track, startsSegment, run: run!, samples: bytes, arrival: EPOCH });
      }
    }
  }
  writer.endPeriod();
}

export function openArchive(
  files: MemoryFileSystem,
  presentation: Presentation,
  { synchronous }: { synchronous: boolean },
): Presentation {
  const history = new ChannelHistory();
  for (const { number, records } of readRecords(files)) {
    history.addBlock(number, readBlock(files, number));
    history.addRecords(number, records);
  }
  const snapshot = history.snapshot()!;
  const period = snapshot.periods[0]!;
  const media = period.renditions.map(({ track }) => ({
    init: readStoredInit(files, 1, track),
    firstSample: findFirstSample(
      files.bytes(`${formatBlockName(1)}/${getTrackFile(track)}`).subarray(track.initBytes),
    ),
    source: new BlockSource({ name: track.name, synchronous }, (block): Source => {
      const bytes = readWholeFile(files, `${formatBlockName(block)}/${getTrackFile(track)}`);
      const read = (offset: number, into: Uint8Array) => {
        into.set(bytes.subarray(offset, offset + into.length));
        return synchronous ? undefined : Promise.resolve();
      };
      return { name: track.name, size: bytes.length, synchronous, read, close() {} };
    }),
  }));
  const context = { epoch: snapshot.broadcast.epoch, target: presentation.targetDuration };
  return new PeriodPresentation(period, media, context).build(period, false);
}
