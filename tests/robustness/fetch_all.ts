/** Fetches everything that clients can request of a file: manifests, package, and every init and media segment. */

import { assert, assertEquals } from "@std/assert";
import { MediaError } from "../../lib/errors.ts";
import { formatPackage, parsePackage } from "../../lib/package/package.ts";
import { openInputs } from "../open_presentation.ts";
import { toPackage } from "../../lib/presentation/to_package.ts";
import type { MediaRendition, Presentation } from "../../lib/presentation/presentation.ts";
import { buildInit } from "../../lib/cmaf/init.ts";
import type { Source } from "../../lib/storage/source.ts";
import { type Cost, withBudget } from "./budget.ts";
import { readManifests, readSegments } from "./protocols.ts";

export interface Outcome {
  /** Error that rejects the file; undefined if it plays. */
  readonly error?: MediaError;
  readonly cost: Cost;
}

/**
 * Limits for a file of `size` bytes in every format: a constant, and an amount per byte. An empty access unit that lasts
 * for a second takes 2 KB of PCR packets in MPEG-TS.
 */
export function computeLimits(name: string, size: number): Cost {
  return {
    steps: 60000 + 36 * size,
    allocated: (SUBTITLE_FILE.test(name) ? 1e8 : 1e6) + 2000 * size,
    read: 1e5 + 24 * size,
    reads: 600 + 3 * size,
  };
}

/**
 * Opens a file and fetches everything.
 *
 * @throws BudgetExceeded, AssertionError, and any other error that is a bug
 */
export async function fetchAll(name: string, bytes: Uint8Array): Promise<Outcome> {
  return await runWithinLimits({ name, bytes }, computeLimits(name, bytes.length), fetchSource);
}

/**
 * Reads a file within limits; `error` is the MediaError that rejects it.
 *
 * @throws BudgetExceeded, AssertionError, and any other error that is a bug
 */
export async function runWithinLimits(
  file: { readonly name: string; readonly bytes: Uint8Array },
  limits: Cost,
  run: (source: Source) => Promise<void>,
): Promise<Outcome> {
  const { result, cost } = await withBudget(limits, file, async (source) => {
    try {
      await run(source);
      return undefined;
    } catch (error) {
      if (error instanceof MediaError) return error;
      throw error;
    }
  });
  if (!result) return { cost };
  checkMessage(result, file.name);
  return { error: result, cost };
}

/** Subtitles can declare a duration of 100,000 segments, and a manifest computes the size of each; those of a track, too. */
const SUBTITLE_FILE = /\.(vtt|srt|ttml|itt)$|^(wvtt|stpp|tx3g)|-(stpp|tx3g|wvtt)/;

/** Checks that a message is one line that names the file, then the path of boxes, then the reason. */
export function checkMessage({ message, reason }: MediaError, name: string): void {
  assert(message.startsWith(`${name}: `), message);
  assert(message.endsWith(reason) && reason.startsWith("Cannot "), message);
  assert(!/[\p{Cc}]|\.$/u.test(message), JSON.stringify(message));
  assert(message.length < 2000, message);
}

async function fetchSource(source: Source): Promise<void> {
  const input = { file: source.name };
  const presentation = await openInputs([input], { segmentDuration: 2, open: () => source });
  presentation.warnings.forEach((warning) => assert(!/\n/.test(warning), warning));
  readManifests(presentation);
  const pack = toPackage(presentation);
  assertEquals(parsePackage(formatPackage(pack)), pack);
  for (const rendition of presentation.renditions.values()) {
    if (rendition.type !== "text") checkRendition(presentation, rendition);
  }
  await readSegments(presentation);
}

function checkRendition({ duration }: Presentation, rendition: MediaRendition): void {
  const { timeline: { times, samples }, timing, type } = rendition;
  assert(times.every((time, i) => Number.isSafeInteger(time) && time > (times[i - 1] ?? -1)));
  assert(samples.every((sample, i) => sample > (samples[i - 1] ?? -1)));
  assertEquals([samples[0], samples.at(-1)], [timing.first, timing.end]);
  if (type === "image") return;
  assert(times.at(-1)! / timing.timescale <= duration.ticks / duration.timescale);
  buildInit(rendition);
}
