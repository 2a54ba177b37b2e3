/** Compares the Smooth Streaming manifest of a channel ([MS-SSTR] 2.2.2) with what is listed. */

import { RequestError } from "../../errors.ts";
import type { Broadcast } from "../../presentation/broadcast.ts";
import { planBroadcastFragment } from "../../smooth/live_fragment.ts";
import { describePeriods } from "../../smooth/live_streams.ts";
import { isSupportedInSmooth, SMOOTH_TIMESCALE } from "../../smooth/streams.ts";
import { rescale } from "../../time.ts";
import { tryRead } from "../build.ts";
import { type Element, getAttribute, getChildren, readRoot } from "../readers/xml_elements.ts";
import type { ManifestCheck } from "./manifest_check.ts";

/** Fragments of a live broadcast that are not listed since too few follow. */
const LOOK_AHEAD = 2;

/** In 100 ns: levels of a stream start together within a millisecond. */
const TOLERANCE = 10_000;

/** Returns false for a manifest that there is not yet. */
export function checkChannelSmooth(broadcast: Broadcast, check: ManifestCheck): boolean {
  const { builder, generators, reportAt } = check;
  const report = reportAt(0);
  if (isNotPublished(() => generators.smooth(broadcast))) return false;
  const text = builder.generate(() => generators.smooth(broadcast), report);
  const root = text && tryRead(() => readRoot(text, "SmoothStreamingMedia"), report, "manifest");
  if (!text || !root) return true;
  check.tally.bytes += text.length;
  const isLive = getAttribute(root, "IsLive").toUpperCase() === "TRUE";
  if (isLive !== broadcast.isLive) {
    report("manifest", `IsLive is ${isLive}, expected ${broadcast.isLive}`);
  }
  if (Number(getAttribute(root, "TimeScale")) !== SMOOTH_TIMESCALE) {
    report("timescale", `expected ${SMOOTH_TIMESCALE}`);
  }
  const seen = new Set<string>();
  for (const stream of getChildren(root, "StreamIndex")) {
    for (const name of checkStream(stream, broadcast, check)) seen.add(name);
  }
  for (const rendition of broadcast.periods.at(-1)!.presentation.renditions.values()) {
    if (seen.has(rendition.name) || !isSupportedInSmooth(rendition)) continue;
    if (broadcast.isLive) continue; // it has too few fragments
    reportAt(0, rendition.name)("missing rendition", "there is no QualityLevel of it");
  }
  return true;
}

function isNotPublished(generate: () => string): boolean {
  try {
    generate();
    return false;
  } catch (error) {
    return error instanceof RequestError && error.code === "NOT_PUBLISHED";
  }
}

interface Chunk {
  readonly time: number;
  readonly duration: number;
}

/** Expands c elements ([MS-SSTR] 2.2.2.6). */
function readChunks(stream: Element): Chunk[] {
  let next = 0;
  return getChildren(stream, "c").flatMap((c) => {
    if (c["@t"] !== undefined) next = Number(c["@t"]);
    const duration = Number(c["@d"]);
    return Array.from({ length: Number(c["@r"] ?? 1) }, () => {
      const chunk = { time: next, duration };
      next += duration;
      return chunk;
    });
  });
}

/** Returns the names of the renditions of the stream. */
function checkStream(element: Element, broadcast: Broadcast, check: ManifestCheck): string[] {
  const name = getAttribute(element, "Name");
  const report = check.reportAt(0, name);
  const chunks = readChunks(element);
  check.tally.segments += chunks.length;
  if (Number(getAttribute(element, "Chunks")) !== chunks.length) {
    report("manifest", `got Chunks ${getAttribute(element, "Chunks")}, expected ${chunks.length}`);
  }
  for (const [i, { time }] of chunks.entries()) {
    if (i > 0 && time <= chunks[i - 1]!.time) {
      report("order", `start ${time} is not after that of the previous fragment`);
    }
  }
  return getChildren(element, "QualityLevel").flatMap((level) => {
    const bitrate = Number(getAttribute(level, "Bitrate"));
    const rendition = findRendition(broadcast, { name, bitrate });
    if (rendition === undefined) {
      report("bandwidth", `there is no quality level of ${bitrate} bit/s`);
      return [];
    }
    checkLevel(chunks, { stream: name, bitrate, rendition, broadcast }, check);
    return [rendition];
  });
}

function findRendition(
  broadcast: Broadcast,
  { name, bitrate }: { name: string; bitrate: number },
): string | undefined {
  for (const { streams } of describePeriods(broadcast).toReversed()) {
    for (const stream of streams) {
      const isStream = name === stream.name || name.startsWith(`${stream.name}_`);
      const level = isStream && stream.levels.find((level) => level.bitrate === bitrate);
      if (level) return level.rendition.name;
    }
  }
  return undefined;
}

function checkLevel(
  chunks: readonly Chunk[],
  { stream, bitrate, rendition, broadcast }: {
    readonly stream: string;
    readonly bitrate: number;
    readonly rendition: string;
    readonly broadcast: Broadcast;
  },
  { expected, reportAt }: ManifestCheck,
): void {
  const report = reportAt(0, rendition);
  const starts = expected.flatMap(({ start, renditions }) => {
    const found = renditions.find(({ name }) => name === rendition);
    const origin = 10 * (start - broadcast.epoch);
    return (found?.segments ?? []).map(({ time }) =>
      origin + rescale(time, found!.timescale, SMOOTH_TIMESCALE)
    );
  });
  const isNear = (a: number, b: number) => Math.abs(a - b) <= TOLERANCE;
  let next = starts.findIndex((start) => chunks[0] && isNear(start, chunks[0].time));
  for (const { time } of chunks) {
    while (next >= 0 && next < starts.length && starts[next]! < time - TOLERANCE) {
      report("missing segment", `none is listed with start ${starts[next++]}`);
    }
    if (next < 0 || next >= starts.length || !isNear(starts[next]!, time)) {
      return report("unknown segment", `there is none with start ${time}`);
    }
    next++;
    if (isMissing(() => planBroadcastFragment(broadcast, { stream, bitrate, time }))) {
      report("URL", `the fragment with start ${time} is not found`);
    }
  }
  const rest = starts.length - Math.max(0, next);
  const most = broadcast.isLive ? LOOK_AHEAD : 0;
  if (rest <= most || broadcast.isLive && rest <= MAX_UNLISTED) return;
  report("missing segment", `${rest} are not listed at the end, expected ${most}`);
}

/** Other levels of the stream may lag behind. */
const MAX_UNLISTED = 5;

function isMissing(plan: () => unknown): boolean {
  try {
    plan();
    return false;
  } catch (error) {
    if (error instanceof RequestError) return true;
    throw error;
  }
}
