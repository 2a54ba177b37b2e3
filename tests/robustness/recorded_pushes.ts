/** Damaged pushes that are recorded, and what viewers get of them while they grow and afterwards. */

import { assert, assertEquals } from "@std/assert";
import { listBlocks, readBlock } from "../../lib/archive/recovery.ts";
import { buildBroadcastMpd } from "../../lib/dash/live.ts";
import { MediaError, RequestError } from "../../lib/errors.ts";
import { buildBroadcastPlaylist } from "../../lib/hls/live.ts";
import { buildBroadcastMultivariantPlaylist } from "../../lib/hls/live_variants.ts";
import type { Broadcast, BroadcastPeriod } from "../../lib/presentation/broadcast.ts";
import type { Channel } from "../../lib/library/channel.ts";
import { planCmafSegment } from "../../lib/cmaf/segment.ts";
import { buildBroadcastSmoothManifest } from "../../lib/smooth/live.ts";
import { type BroadcastFragment, planBroadcastFragment } from "../../lib/smooth/live_fragment.ts";
import { readPlan, type SegmentPlan } from "../../lib/storage/read_plan.ts";
import { CLEAR } from "../clear_protection.ts";
import { splitAt } from "../live/memory_connection.ts";
import { PlayedServer } from "../live/played_server.ts";
import type { RecordedServer } from "../live/recorded_server.ts";
import { readManifest } from "../smooth.ts";
import { buildPush, explain, pickEnds } from "./damaged_pushes.ts";
import type { Prng } from "./prng.ts";
import { checkManifest } from "./protocols.ts";
import { PUSHED_BODIES } from "./pushed_bodies.ts";

/** Of a test whose connection breaks: its error is none of the listener's. */
const BROKEN = "500 INTERNAL";

/** What a viewer was sent. */
interface Received {
  /** Bytes of segments by URL. */
  readonly segments: Map<string, string>;
  /** Spans of periods in µs, by number. */
  readonly spans: Map<number, readonly [start: number, end: number]>;
}

/** Records bodies of which some are damaged, and plays them. Returns false if one is rejected. */
export async function recordDamagedPushes(prng: Prng): Promise<boolean> {
  const server = new PlayedServer({
    segmentDuration: 1,
    keep: "all",
    window: prng.pick(["all", 1]),
  });
  const received: Received = { segments: new Map(), spans: new Map() };
  const bodies = Array.from(
    { length: 1 + prng.below(3) },
    () => prng.below(3) === 0 ? buildIntact(prng) : buildPush(prng),
  );
  return await explain(bodies.map(({ what }) => what).join(" and "), async () => {
    let isAccepted = true;
    for (const { bytes } of bodies) {
      isAccepted = await push(server, bytes, prng) && isAccepted;
      if (prng.below(2) === 0) await receive(server, received);
      if (prng.below(6) === 0) await server.skip(70);
    }
    await server.skip(70);
    await receive(server, received);
    await receiveAgain(server, received);
    await server.close();
    return isAccepted;
  });
}

function buildIntact(prng: Prng): { what: string; bytes: Uint8Array } {
  const name = prng.pick([...PUSHED_BODIES.keys()]);
  return { what: name, bytes: PUSHED_BODIES.get(name)! };
}

/** Pushes a body over some seconds. Returns false if it is rejected. */
async function push(server: RecordedServer, bytes: Uint8Array, prng: Prng): Promise<boolean> {
  const stream = prng.pick(["feed", "feed", "other"]);
  const request = server.publish(stream, { publisher: prng.pick(["main", "main", "backup"]) });
  for (const piece of splitAt(bytes, ...pickEnds(bytes.length, prng))) {
    await server.wait(prng.pick([0, 0.25, 0.5, 2.5]));
    await request.push(piece);
  }
  await request.end(prng.below(4) === 0 ? "broken" : "whole");
  await server.wait(0.25);
  assert(!request.result?.startsWith("500 ") || request.result === BROKEN, request.result);
  return request.result?.startsWith("2") ?? true;
}

/** Downloads all that the manifests list. What was downloaded before must not have changed. */
async function receive(server: PlayedServer, received: Received): Promise<void> {
  const views = (await server.view())?.views;
  if (!views) return;
  for (const broadcast of new Set([views.listed, views.whole])) {
    for (const period of broadcast.periods) await receivePeriod(period, received);
    checkManifests(broadcast);
    await receiveSmooth(broadcast, received);
  }
}

async function receivePeriod({ presentation }: BroadcastPeriod, received: Received): Promise<void> {
  for (const rendition of presentation.renditions.values()) {
    assert(rendition.type !== "text");
    const { times } = rendition.timeline;
    assert(times.every((time, i) => Number.isSafeInteger(time) && time > (times[i - 1] ?? -1)));
    for (let i = 0; i + 1 < times.length; i++) {
      const url = `${presentation.version}/${rendition.name}/${times[i]}`;
      await compare(url, () => planCmafSegment(rendition, i, CLEAR), received);
    }
  }
}

function checkManifests(broadcast: Broadcast): void {
  const isWindow = broadcast.isLive;
  const { renditions } = broadcast.periods.at(-1)!.presentation;
  checkBuilt(() => buildBroadcastMpd(broadcast));
  for (const format of ["fmp4", "ts"] as const) {
    checkBuilt(() => buildBroadcastMultivariantPlaylist(broadcast, format));
    for (const name of renditions.keys()) {
      checkBuilt(() => buildBroadcastPlaylist(broadcast, name, { format, isWindow }));
    }
  }
}

/** A protocol may support none of the renditions, and TS may be impossible to build of samples that are damaged. */
function checkBuilt(build: () => string): void {
  try {
    checkManifest(build());
  } catch (error) {
    if (!(error instanceof RequestError) && !(error instanceof MediaError)) throw error;
  }
}

const FRAGMENT = /\/QualityLevels\((\d+)\)\/Fragments\((.*)=(\d+)\)$/;

/** Times of Smooth Streaming are ambiguous after the clock was set back: then a URL may have had other bytes. */
function isAmbiguous({ spans }: Received): boolean {
  return [...spans].some(([number, [start]]) =>
    [...spans].some(([other, [, end]]) => other < number && start < end)
  );
}

async function receiveSmooth(broadcast: Broadcast, received: Received): Promise<void> {
  for (const { number, start, presentation: { duration } } of broadcast.periods) {
    received.spans.set(number, [start, start + 1e6 * duration.ticks / duration.timescale]);
  }
  const segments = isAmbiguous(received) ? new Map() : received.segments;
  let text: string;
  try {
    text = buildBroadcastSmoothManifest(broadcast);
  } catch (error) {
    if (error instanceof RequestError) return; // nothing is listed yet, or supported
    throw error;
  }
  checkManifest(text);
  for (const { levels } of readManifest(text, "http://ams/news.json/Manifest").streams) {
    for (const { fragments } of levels) {
      let end = 0;
      for (const { url, time, duration } of fragments) {
        assert(time >= end && duration > 0, `${url} starts before ${end}`);
        end = time + duration;
        const [, bitrate, stream, start] = FRAGMENT.exec(url)!;
        const fragment = { stream: stream!, bitrate: Number(bitrate), time: Number(start) };
        await compare(url, () => planBroadcastFragment(broadcast, fragment), { segments });
      }
    }
  }
}

const SEGMENT = /^([^/]+)\/([^/]+)\/(\d+)$/;

/** Downloads from disk what manifests no longer list. */
async function receiveAgain(server: PlayedServer, received: Received): Promise<void> {
  const channel = await server.view();
  const isUnambiguous = haveRisingStarts(server) && !isAmbiguous(received);
  for (const url of received.segments.keys()) {
    const [, version, name, time] = SEGMENT.exec(url) ?? [];
    if (version === undefined) {
      if (isUnambiguous) await receiveFragmentAgain(channel!, url, received);
    } else {
      const segment = { version, name: name!, time: Number(time) };
      await receiveSegmentAgain(channel!, segment, received);
    }
  }
}

/** Returns false if the clock was set back, also between periods that were never listed. */
function haveRisingStarts({ channels }: PlayedServer): boolean {
  const files = channels.archives.get("news.json");
  const periods = (files ? listBlocks(files) : []).map((number) =>
    readBlock(files!, number).period
  );
  const starts = [...new Map(periods.map(({ id, start }) => [id, start])).values()];
  return starts.every((start, i) => i === 0 || start > starts[i - 1]!);
}

async function receiveSegmentAgain(
  channel: Channel,
  { version, name, time }: { version: string; name: string; time: number },
  received: Received,
): Promise<void> {
  const period = await channel.readStoredPeriod(version, { rendition: name, time });
  const rendition = period?.presentation.renditions.get(name);
  assert(rendition && rendition.type !== "text", `${version} is on disk`);
  const index = rendition.timeline.times.indexOf(time);
  if (index < 0) return; // samples that are presented minutes from where they are decoded
  const url = `${version}/${name}/${time}`;
  await compare(url, () => planCmafSegment(rendition, index, CLEAR), received);
}

async function receiveFragmentAgain(
  channel: Channel,
  url: string,
  received: Received,
): Promise<void> {
  const [, bitrate, stream, time] = FRAGMENT.exec(url)!;
  const version = new URL(url).pathname.split("/")[2]!;
  const fragment = { stream: stream!, bitrate: Number(bitrate), time: Number(time) };
  const whole = channel.views?.whole;
  if (whole?.version === version && isPlanned(whole, fragment)) return; // compared before
  const broadcast = await channel.readStoredBroadcast(version, fragment.time);
  assert(broadcast, `${version} is on disk`);
  await compare(url, () => planBroadcastFragment(broadcast, fragment), received);
}

function isPlanned(broadcast: Broadcast, fragment: BroadcastFragment): boolean {
  try {
    planBroadcastFragment(broadcast, fragment);
    return true;
  } catch (error) {
    return error instanceof MediaError;
  }
}

/** Downloads a segment; one whose samples are damaged may be impossible to build, always. */
async function compare(
  url: string,
  plan: () => SegmentPlan,
  { segments }: Pick<Received, "segments">,
): Promise<void> {
  let content: string;
  try {
    content = (await readPlan(plan(), new Uint8Array(65_536))).toHex();
  } catch (error) {
    if (!(error instanceof MediaError)) throw error;
    content = error.message;
  }
  assertEquals(content, segments.get(url) ?? content, url);
  segments.set(url, content);
}
