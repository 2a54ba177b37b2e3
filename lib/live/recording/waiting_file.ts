/**
 * The file of samples that wait: publishers get a 200 for them, so that they must outlive the process. It is next to the blocks of an
 * archive, written whole, and removed when its samples are in a block.
 */

import * as v from "valibot";
import { TRACK_NAMES } from "../../archive/block.ts";
import {
  type ArchiveFileSystem,
  readWholeFile,
  writeWholeFile,
} from "../../archive/file_system.ts";
import { MediaError } from "../../errors.ts";
import { describeIssues, jsonInteger, jsonObject, jsonText } from "../../json_object.ts";
import { type LiveSamples, sumColumn } from "../media/live_samples.ts";
import { restoreInit, storeInit } from "./stored_init.ts";
import type { WaitingSamples } from "../segmenter/waiting_samples.ts";

const FILE_VERSION = 1;
const WAITING_FILE = "waiting.json";

const TEXT = v.string("expected text");
const BYTES = v.pipe(v.string("expected Base64"), v.base64("expected Base64"));
const TICKS = jsonText(/^-?[0-9]{1,24}$/, "expected an integer as text");
const COLUMN = v.array(jsonInteger(-(2 ** 31), 2 ** 32 - 1), "expected an array");

const SCHEMA = jsonObject({
  ams: v.literal(FILE_VERSION, `expected ${FILE_VERSION}`),
  /** Running id of the last period when the file was written; 0: there was none. */
  period: jsonInteger(0),
  streams: v.array(jsonObject({
    publisher: TEXT,
    stream: TEXT,
    moov: BYTES,
    names: v.exactOptional(TRACK_NAMES),
  })),
  samples: v.array(jsonObject({
    /** Index in `streams`. */
    stream: jsonInteger(0),
    name: TEXT,
    trackId: jsonInteger(1),
    time: TICKS,
    arrival: jsonInteger(0),
    isInPeriod: v.boolean("expected true or false"),
    description: jsonInteger(0),
    sizes: COLUMN,
    durations: COLUMN,
    compositionOffsets: COLUMN,
    flags: COLUMN,
    data: BYTES,
  })),
});

export interface StoredWaiting {
  readonly period: number;
  readonly samples: readonly WaitingSamples[];
}

/** @throws NoSpaceError, and errors of the file system */
export function writeWaiting(files: ArchiveFileSystem, waiting: StoredWaiting): void {
  const inits = new Map(
    waiting.samples.map(({ publisher, stream, init }) => [
      `${publisher} ${stream}`,
      { publisher, stream, init },
    ]),
  );
  const keys = [...inits.keys()];
  const streams = [...inits.values()].map(({ init, ...it }) => ({ ...it, ...storeInit(init) }));
  const samples = waiting.samples.map(({ publisher, stream, samples, time, ...rest }) => {
    const { name, trackId, arrival, isInPeriod } = rest;
    const { sizes, durations, compositionOffsets, flags, description, data } = samples;
    return {
      ...{ stream: keys.indexOf(`${publisher} ${stream}`), name, trackId, time: String(time) },
      ...{ arrival: Math.round(arrival), isInPeriod, description },
      ...{ sizes: [...sizes], durations: [...durations], flags: [...flags] },
      ...{ compositionOffsets: [...compositionOffsets], data: data.toBase64() },
    };
  });
  const { period } = waiting;
  const text = JSON.stringify({ ams: 1, period, streams, samples });
  writeWholeFile(files, WAITING_FILE, new TextEncoder().encode(text));
}

/**
 * Returns undefined without a file.
 *
 * @throws MediaError if it is broken; errors of the file system
 */
export function readWaiting(files: ArchiveFileSystem): StoredWaiting | undefined {
  if (!files.list("").includes(WAITING_FILE)) return undefined;
  const text = new TextDecoder().decode(readWholeFile(files, WAITING_FILE));
  const { period, streams, samples } = parse(text);
  const inits = streams.map(restoreInit);
  return {
    period,
    samples: samples.map((it) => {
      const init = inits[it.stream];
      if (!init) throw new MediaError(`Cannot find stream ${it.stream}`);
      const { publisher, stream } = streams[it.stream]!;
      const { name, trackId, arrival, isInPeriod } = it;
      const time = BigInt(it.time);
      const samples = toSamples(it);
      return { publisher, stream, init, name, trackId, arrival, isInPeriod, time, samples };
    }),
  };
}

type StoredColumns = Pick<
  v.InferOutput<typeof SCHEMA>["samples"][number],
  "description" | "sizes" | "durations" | "compositionOffsets" | "flags" | "data"
>;

function toSamples({ description, data, ...columns }: StoredColumns): LiveSamples {
  const samples = {
    description,
    sizes: Uint32Array.from(columns.sizes),
    durations: Uint32Array.from(columns.durations),
    compositionOffsets: Int32Array.from(columns.compositionOffsets),
    flags: Uint32Array.from(columns.flags),
    data: Uint8Array.fromBase64(data),
  };
  const count = samples.sizes.length;
  const isWhole = [samples.durations, samples.compositionOffsets, samples.flags]
    .every(({ length }) => length === count);
  if (isWhole && count > 0 && sumColumn(samples.sizes, 0, count) === samples.data.length) {
    return samples;
  }
  throw new MediaError(`Cannot read ${count} samples in ${samples.data.length} bytes`);
}

export function removeWaiting(files: ArchiveFileSystem): void {
  if (files.list("").includes(WAITING_FILE)) files.remove(WAITING_FILE);
}

function parse(text: string) {
  try {
    const result = v.safeParse(SCHEMA, JSON.parse(text), { abortPipeEarly: true });
    if (result.success) return result.output;
    throw new MediaError(describeIssues(result.issues));
  } catch (error) {
    if (error instanceof SyntaxError) throw new MediaError("Cannot read JSON");
    throw error;
  }
}
