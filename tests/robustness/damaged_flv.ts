/** Damaged messages of audio and video over RTMP, of all codecs and forms of tags. */

import { assert, assertEquals } from "@std/assert";
import { MediaError } from "../../lib/errors.ts";
import type { LiveFragment } from "../../lib/live/media/live_samples.ts";
import type { PushedItem } from "../../lib/live/media/pushed_item.ts";
import { FlvReader } from "../../lib/live/rtmp/flv_reader.ts";
import { amf } from "../live/rtmp/amf_bytes.ts";
import { mergeFrames, readSource, type SourceTrack } from "../live/rtmp/media_source.ts";
import { multitrackPush } from "../live/rtmp/multitrack_push.ts";
import {
  describeTracks,
  frameTag,
  sequenceHeader,
  type TagFormat,
} from "../live/rtmp/pushed_tags.ts";
import { concat } from "../mp4/movie_file.ts";
import { damageText } from "./damage.ts";
import type { Prng } from "./prng.ts";

/** Seconds of each file: enough for key frames and fragments. */
const SECONDS = 0.7;

/** What a frame occupies beside its bytes. */
const MAX_BYTES_OF_FRAME = 1024;

const FORMS = ["one track", "many tracks", "many tracks, many codecs"] as const;

interface Message {
  readonly type: "audio" | "video" | "data";
  readonly timestamp: number;
  readonly payload: Uint8Array;
}

interface Recording {
  readonly tracks: readonly SourceTrack[];
  readonly messages: readonly Message[];
}

const RECORDINGS: readonly Recording[] = await Promise.all([
  record("legacy", ["ladder-avc-240p.mp4", "ladder-aac-eng.mp4"]),
  record("legacy", ["tone-mp3-stereo.mp4"]),
  record("enhanced", ["test-hevc-hvc1.mp4", "tone-opus-stereo.mp4"]),
  record("enhanced", ["test-av1-main.mp4", "tone-flac-stereo.mp4"]),
  record("enhanced", ["test-vp9-profile0.mp4", "tone-eac3-stereo.mp4"]),
  record("enhanced", ["tone-ac3-surround.mp4"]),
  ...FORMS.map((form) => recordMultitrack(form)),
]);

async function readShort(files: readonly string[]): Promise<SourceTrack[]> {
  const tracks = (await Promise.all(files.map((file) => readSource(file)))).flat();
  return tracks.map((track) => ({
    ...track,
    frames: track.frames.filter(({ seconds }) => seconds < SECONDS),
  }));
}

function describe(tracks: readonly SourceTrack[]): Message {
  return { type: "data", timestamp: 0, payload: amf("onMetaData", describeTracks(tracks)) };
}

async function record(format: TagFormat, files: readonly string[]): Promise<Recording> {
  const tracks = await readShort(files);
  const headers = tracks.flatMap((track) => {
    const payload = sequenceHeader(track, format);
    return payload ? [{ type: track.type, timestamp: 1000, payload }] : [];
  });
  const frames = mergeFrames(tracks).map(({ track, frame }) => ({
    type: tracks[track]!.type,
    timestamp: 1000 + frame.time,
    payload: frameTag(tracks[track]!, frame, format),
  }));
  return { tracks, messages: [describe(tracks), ...headers, ...frames] };
}

async function recordMultitrack(form: typeof FORMS[number]): Promise<Recording> {
  const files = ["ladder-avc-240p.mp4", "test-hevc-opengop.mp4", "ladder-aac-eng.mp4"];
  const tracks = await readShort([...files, "tone-opus-stereo.mp4"]);
  const push = { tracks, format: "enhanced" } as const;
  const { buildHeaders, buildMessages } = multitrackPush(form);
  const messages = [...buildHeaders(push), ...buildMessages(mergeFrames(tracks), push)];
  const timed = messages.map(({ type, time, payload }) => ({
    ...{ type, payload },
    timestamp: 1000 + time,
  }));
  return { tracks, messages: [describe(tracks), ...timed] };
}

/** Reads the messages of a recording. Returns false if it is rejected. */
export function readDamagedTags(prng: Prng): boolean {
  const { tracks, messages } = prng.pick(RECORDINGS);
  const isWhole = prng.below(8) === 0;
  const sent = isWhole ? messages : damageMessages(messages, prng);
  const { items, isRejected } = readMessages(sent, prng);
  checkItems(items, sent);
  if (isWhole) checkWhole(items, tracks);
  return !isRejected;
}

function damageMessages(messages: readonly Message[], prng: Prng): Message[] {
  const damaged = [...messages];
  for (let i = prng.below(6); i >= 0; i--) {
    // headers and the first frames decide most
    const at = prng.below(prng.below(2) === 0 ? Math.min(8, damaged.length) : damaged.length);
    const { payload, timestamp, ...rest } = damaged[at] ?? damaged[0]!;
    const replaced = {
      ...rest,
      payload: prng.below(4) === 0 || payload.length === 0 ? payload : damageStart(payload, prng),
      timestamp: prng.below(4) === 0
        ? prng.pick([0, timestamp + 1, timestamp - 41, 2 ** 24, 2 ** 31, 2 ** 32 - 1])
        : timestamp,
    };
    const fate = prng.below(8);
    if (fate === 0) damaged.splice(at, 1);
    else if (fate === 1) damaged.splice(at, 0, { ...replaced, timestamp });
    else if (fate === 2) damaged.splice(at, 0, prng.pick(prng.pick(RECORDINGS).messages));
    else damaged[at] = { ...replaced, timestamp: Math.max(0, replaced.timestamp) };
    if (damaged.length === 0) return [...messages];
  }
  return damaged;
}

/** Mostly the first bytes, which are headers. */
function damageStart(payload: Uint8Array, prng: Prng): Uint8Array {
  const size = prng.below(3) === 0 ? payload.length : Math.min(payload.length, 40);
  return concat(damageText(payload.slice(0, size), prng).bytes, payload.subarray(size));
}

/** Messages come in real time, at once, or with pauses. */
function readMessages(messages: readonly Message[], prng: Prng) {
  let now = 0;
  const pace = prng.pick([0, 5, 20, 700]);
  const reader = new FlvReader({ now: () => now });
  const items: PushedItem[] = [];
  let size = 0;
  try {
    for (const [i, message] of messages.entries()) {
      now += pace;
      size += message.payload.length + MAX_BYTES_OF_FRAME;
      reader.add({ ...message, payload: message.payload.slice() });
      if (i % 3 === 0) items.push(...reader.takeItems());
      assert(reader.heldBytes <= size, `${reader.heldBytes} bytes held of ${size}`);
    }
    items.push(...reader.finish());
    assertEquals(reader.heldBytes, 0);
    return { items, isRejected: false };
  } catch (error) {
    if (!(error instanceof MediaError)) throw error;
    return { items, isRejected: true };
  }
}

/** Fragments belong to the init before them, agree with themselves, and have times in order. */
function checkItems(items: readonly PushedItem[], sent: readonly Message[]): void {
  const ends = new Map<number, number>();
  let [init, bytes]: [PushedItem | undefined, number] = [undefined, 0];
  for (const item of items) {
    if (item.kind === "init") [init] = [item, ends.clear()];
    if (item.kind !== "fragment") continue;
    assert(init?.kind === "init" && init.init === item.init, "the init of a fragment came before");
    assert(item.tracks.length > 0);
    for (const fragment of item.tracks) {
      assert(item.init.tracks.has(fragment.trackId), `track ${fragment.trackId}`);
      ends.set(fragment.trackId, checkFragment(fragment, ends.get(fragment.trackId)));
      bytes += fragment.samples.data.length;
    }
  }
  const all = sent.reduce((sum, { payload }) => sum + payload.length, 0);
  assert(bytes <= all, `${bytes} bytes of ${all}`);
}

/**
 * Returns the time after which the next fragment of the track has to start, in ticks: at an earlier one it would be taken for a
 * repeat of the last sample, whose duration may have been unknown.
 */
function checkFragment({ samples, time }: LiveFragment, after = -Infinity): number {
  const { sizes, durations, compositionOffsets, flags, data } = samples;
  const count = sizes.length;
  const start = Number(time);
  assert(count > 0 && start > after, `${count} samples at ${time}, after ${after}`);
  const lengths = [durations.length, compositionOffsets.length, flags.length];
  assertEquals(lengths, [count, count, count]);
  assertEquals(sizes.reduce((sum, size) => sum + size, 0), data.length);
  assert(sizes.every((size) => size > 0));
  const duration = durations.reduce((sum, duration) => sum + duration, 0);
  return start + duration - durations.at(-1)! / 2;
}

/** All frames are there, once and unchanged. */
function checkWhole(items: readonly PushedItem[], tracks: readonly SourceTrack[]): void {
  const read = new Map<string, Uint8Array[]>();
  for (const item of items) {
    if (item.kind !== "fragment") continue;
    for (const { trackId, samples } of item.tracks) {
      const name = item.init.names!.get(trackId)!;
      read.set(name, [...read.get(name) ?? [], samples.data]);
    }
  }
  const counts = { audio: 0, video: 0 };
  for (const { type, frames } of tracks) {
    const number = counts[type]++;
    const name = number === 0 ? type : `${type}-${number}`;
    const bytes = concat(...frames.map(({ bytes }) => bytes));
    assertEquals(concat(...read.get(name) ?? []).toHex(), bytes.toHex(), name);
  }
}
