/** Copies a recorded broadcast into MP4 files and packages. */

import { join } from "@std/path";
import { getTrackFile } from "../archive/block.ts";
import type { ReadableArchive } from "../archive/file_system.ts";
import { RecordedSamples } from "../archive/recorded_samples.ts";
import type { RecordedTrack } from "../archive/recorded_broadcasts.ts";
import type { Console } from "../cli/console.ts";
import { describeSystemError } from "../cli/system_error.ts";
import { MediaError } from "../errors.ts";
import type { InputOptions } from "../input/apply_options.ts";
import { getArchiveDirectory } from "../library/channel_paths.ts";
import { ReadOnlyArchive } from "../live/recording/read_only_archive.ts";
import { buildMovieHeader } from "../mp4/progressive_movie.ts";
import { omitUndefined } from "../omit_undefined.ts";
import { type ChannelFile, type ChannelTrack, parseChannelFile } from "../package/channel_file.ts";
import { openInputs } from "../presentation/open.ts";
import type { ByteRange } from "../storage/read_plan.ts";
import { openFile } from "../storage/local/file.ts";
import type { Source } from "../storage/source.ts";
import { OutputError, replaceFile } from "./atomic_write.ts";
import type { CaptureOptions } from "./capture_options.ts";
import { type CapturedPeriod, formatUtc, selectCapture } from "./capture_selection.ts";
import { formatAndClose } from "./build_package.ts";
import { replaceDirectory } from "./output_directory.ts";
import { writeRanges } from "./range_writer.ts";

const PACKAGE_FILE = "video.json";

export interface CaptureEnvironment {
  readonly openArchive?: (path: string) => ReadableArchive;
  /** Ends the capture. */
  readonly signal?: AbortSignal | undefined;
}

/** Leaves an existing directory unchanged on failure. @throws OutputError, MediaError */
export async function capture(
  options: CaptureOptions,
  out: Console,
  { openArchive = (path) => new ReadOnlyArchive(path), signal }: CaptureEnvironment = {},
): Promise<void> {
  const { input, output } = options;
  const archive = getArchiveDirectory(input);
  const work = async () => {
    const files = openArchive(archive);
    const selection = selectCapture(files, options);
    const channel = await readChannelFile(input);
    const segmentDuration = options.segmentSeconds ?? channel?.segmentDuration ??
      selection.broadcast.blocks.at(-1)!.block.broadcast.target ?? DEFAULT_SEGMENT_DURATION;
    out.line(`-- Capturing '${input}', ${formatUtc(selection.periods[0]!.start)}`);
    for (const warning of selection.warnings) out.warn(`-- Warning: ${warning}`);
    await replaceDirectory(output, async (directory) => {
      for (const [i, period] of selection.periods.entries()) {
        const name = selection.periods.length > 1 ? String(i + 1) : "";
        if (name) await Deno.mkdir(join(directory, name));
        await capturePeriod(files, period, {
          ...{ directory: join(directory, name), name: join(output, name) },
          ...{ segmentDuration, declared: channel?.tracks, out, signal },
        });
      }
    });
  };
  await withArchivePath(archive, work);
  out.line("The broadcast has been captured successfully");
}

const DEFAULT_SEGMENT_DURATION = 4;

const LANGUAGE_REMEDY = "name it in tracks of the channel file, and capture again";

interface Target {
  readonly directory: string;
  /** For messages. */
  readonly name: string;
  readonly segmentDuration: number;
  /** What the channel file declares of tracks now. */
  readonly declared: ChannelFile["tracks"] | undefined;
  readonly out: Console;
  readonly signal: AbortSignal | undefined;
}

async function capturePeriod(
  files: ReadableArchive,
  period: CapturedPeriod,
  target: Target,
): Promise<void> {
  const { directory, name, segmentDuration, declared, out } = target;
  out.line(`-- Creating package file '${join(name, PACKAGE_FILE)}', ${formatUtc(period.start)}`);
  const inputs: InputOptions[] = [];
  for (const track of period.tracks) {
    const file = getTrackFile(track.track);
    const samples = await captureTrack(files, track, { target, period });
    inputs.push(describeInput(track, declared?.get(track.track.name)));
    const { length } = track.segments;
    out.line(`   ${file}: ${length} segments, ${samples} samples, ${round(period, track)} s`);
  }
  const sources = new Map<string, Source>();
  const open = (name: string) => {
    const source = openFile(join(directory, name), name);
    sources.set(name, source);
    return source;
  };
  const opened = await openInputs(inputs, {
    ...{ segmentDuration, open },
    languageRemedy: LANGUAGE_REMEDY,
  });
  const { text } = await formatAndClose({ ...opened, sources }, { exact: false });
  for (const warning of opened.presentation.warnings) out.warn(`-- Warning: ${warning}`);
  await replaceFile(join(directory, PACKAGE_FILE), join(name, PACKAGE_FILE), text);
}

function round(
  { origin }: CapturedPeriod,
  { track: { timescale }, segments }: RecordedTrack,
): number {
  const { time, presentedDuration } = segments.at(-1)!;
  return Number(((time + presentedDuration) / timescale - origin).toFixed(3));
}

/** What is declared now serves where nothing was declared when the period began. */
function describeInput({ track }: RecordedTrack, now: ChannelTrack = {}): InputOptions {
  const declared = { ...now, ...omitUndefined(track) };
  const { language, label, role, default: isDefault, captions } = declared;
  const options = omitUndefined({ language, label, role, default: isDefault, captions });
  return { file: getTrackFile(track), ...options };
}

/** Returns the number of samples. */
async function captureTrack(
  files: ReadableArchive,
  track: RecordedTrack,
  { target: { directory, out, signal, ...target }, period }: {
    readonly target: Target;
    readonly period: CapturedPeriod;
  },
): Promise<number> {
  const { name, type, mediaTime, timescale } = track.track;
  const file = getTrackFile(track.track);
  const { length } = track.segments;
  using recorded = new RecordedSamples(files, track);
  const watch = (work: string, i: number) =>
    out.progress?.show(() => `${work} '${name}': segment ${i + 1} of ${length}`);
  const samples = recorded.readTables((i) => watch("Reading", i));
  const start = samples.compositionStart - mediaTime - Math.round(period.origin * timescale);
  const header = buildMovieHeader({ type, track: recorded.track, samples, start });
  function* locateAll(): Generator<ByteRange> {
    for (const [i, segment] of track.segments.entries()) {
      watch("Copying", i);
      yield* recorded.locate(segment);
    }
  }
  await writeRanges(join(directory, file), {
    name: join(target.name, file),
    ...{ header, ranges: locateAll(), signal },
  });
  out.progress?.clear();
  return samples.sizes.length;
}

/** Undefined if the channel file was removed, so that only its archive is left. */
async function readChannelFile(file: string): Promise<ChannelFile | undefined> {
  try {
    return parseChannelFile(await Deno.readTextFile(file));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error instanceof MediaError ? error.inFile(file) : error;
  }
}

/** Adds the path of the archive to errors. */
async function withArchivePath<T>(archive: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (error instanceof MediaError && /^[0-9]+\//.test(error.file)) {
      throw withFile(error, join(archive, error.file));
    }
    if (error instanceof MediaError || error instanceof OutputError || typeof code !== "string") {
      throw error;
    }
    const why = describeSystemError(error);
    throw new MediaError(`Cannot read the archive: ${why}`, "MEDIA_READ").inFile(archive);
  }
}

function withFile({ reason, code, path }: MediaError, file: string): MediaError {
  const error = new MediaError(reason, code);
  return (path ? error.in(path) : error).inFile(file);
}
