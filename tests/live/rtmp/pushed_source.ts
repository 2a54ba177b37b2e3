/** Pushes tracks of testdata over RTMP in simulated real time, and compares what viewers get with what was pushed. */

import { assert, assertEquals } from "@std/assert";
import { readWholeFile } from "../../../lib/archive/file_system.ts";
import { formatBlockName, getTrackFile } from "../../../lib/archive/block.ts";
import { readBlock } from "../../../lib/archive/recovery.ts";
import { readRecords } from "../../archive/recording.ts";
import { type BoxSample, md5, readTracks } from "../../mp4box.ts";
import type { Period } from "../../mpd.ts";
import { concat } from "../../mp4/movie_file.ts";
import type { ByteConnection } from "./byte_connection.ts";
import {
  mergeFrames,
  type NumberedFrame,
  type SourceFrame,
  type SourceTrack,
} from "./media_source.ts";
import { describeTracks, frameTag, sequenceHeader, type TagFormat } from "./pushed_tags.ts";
import type { RtmpEncoder } from "./rtmp_encoder.ts";
import type { RtmpServer } from "./rtmp_server.ts";

/** Message time of time 0 in the file, in ms: frames before it are decoded earlier. */
export const START = 1000;

/** Simulated time between two pieces that are sent, in seconds. */
const STEP = 0.25;

/** Half a millisecond of rounding in the encoder, and as much in the server. */
const MAX_DIFFERENCE = 0.001;

export interface Publishing {
  readonly encoder: RtmpEncoder;
  readonly connection: ByteConnection;
}

export interface SourcePush {
  readonly tracks: readonly SourceTrack[];
  readonly format: TagFormat;
  /** Message time of time 0 in the file, in ms, before it is cut to 32 bits. */
  readonly start?: number;
  /** Builds the messages of sequence headers; default: one for each track that has one. */
  readonly buildHeaders?: (push: SourcePush) => PushedMessage[];
  /** Builds the messages of frames in order; default: one for each. */
  readonly buildMessages?: (frames: readonly NumberedFrame[], push: SourcePush) => PushedMessage[];
  /** Writes the chunks of messages that belong together; default: one after another. */
  readonly write?: (messages: readonly PushedMessage[], encoder: RtmpEncoder) => Uint8Array;
}

/** A message, whose time counts as that of the frames. */
export interface PushedMessage {
  readonly type: "audio" | "video";
  readonly time: number;
  readonly payload: Uint8Array;
}

/** Sends metadata, sequence headers and all frames, as fast as their times say. */
export async function pushSource(
  server: RtmpServer,
  { encoder, connection }: Publishing,
  push: SourcePush,
): Promise<void> {
  const { tracks, start = START, write = writeInOrder } = push;
  const { buildHeaders = buildOwnHeaders, buildMessages = buildOwnMessages } = push;
  const send = async (messages: PushedMessage[], write: typeof writeInOrder) => {
    const timed = messages.map((message) => ({ ...message, time: start + message.time }));
    await connection.push(write(timed, encoder));
  };
  await connection.push(encoder.metadata(describeTracks(tracks)));
  await send(buildHeaders(push), writeInOrder);
  const frames = mergeFrames(tracks);
  const pieces = Map.groupBy(frames, ({ frame }) => Math.floor(frame.seconds / STEP));
  for (const piece of pieces.values()) {
    await send(buildMessages(piece, push), write);
    await server.wait(STEP);
  }
}

function buildOwnHeaders({ tracks, format }: SourcePush): PushedMessage[] {
  return tracks.flatMap((track) => {
    const payload = sequenceHeader(track, format);
    return payload ? [{ type: track.type, time: 0, payload }] : [];
  });
}

function buildOwnMessages(
  frames: readonly NumberedFrame[],
  { tracks, format }: SourcePush,
): PushedMessage[] {
  return frames.map(({ track, frame }) => ({
    type: tracks[track]!.type,
    time: frame.time,
    payload: frameTag(tracks[track]!, frame, format),
  }));
}

export function writeInOrder(
  messages: readonly PushedMessage[],
  encoder: RtmpEncoder,
): Uint8Array {
  return concat(...messages.map(({ type, time, payload }) => encoder.media(type, time, payload)));
}

/** Ends in order, and waits until all is written. */
export async function endSource(
  server: RtmpServer,
  { encoder, connection }: Publishing,
): Promise<void> {
  await connection.push(encoder.end());
  await connection.end();
  await server.wait(2);
}

/** Tracks that were pushed, by the name of their rendition. */
export type PushedTracks = Readonly<Record<string, SourceTrack>>;

/**
 * Checks that archive and segments have every frame once, unchanged, and at its time relative to all others, in one period.
 *
 * @param tolerance of times, in seconds
 */
export async function checkStored(
  server: RtmpServer,
  pushed: PushedTracks,
  tolerance = MAX_DIFFERENCE,
): Promise<void> {
  for (const [name, { frames }] of Object.entries(pushed)) {
    const sent = concat(...frames.map(({ bytes }) => bytes));
    const stored = readArchived(server, name);
    assertEquals([name, stored.length, md5(stored)], [name, sent.length, md5(sent)]);
  }
  const periods = await server.listPeriods();
  assertEquals(periods.length, 1, server.logs.join("; "));
  const served = await readServed(server, periods[0]!);
  assertEquals([...served.keys()].sort(), Object.keys(pushed).sort());
  const shifts = [...served].flatMap(([name, samples]) =>
    compareFrames(name, samples, pushed[name]!.frames)
  );
  const [least, greatest] = [Math.min(...shifts), Math.max(...shifts)];
  assert(greatest - least <= tolerance + 1e-9, `from ${least} to ${greatest} s`);
}

/** Returns by how much each sample is presented later than its message states, in seconds. */
function compareFrames(
  name: string,
  samples: readonly BoxSample[],
  frames: readonly SourceFrame[],
): number[] {
  assertEquals(samples.map(({ md5 }) => md5), frames.map(({ bytes }) => md5(bytes)), name);
  return samples.map(({ presentationTime, sync }, i) => {
    const { time, offset, isKey } = frames[i]!;
    assertEquals(sync, isKey, `${name}, frame ${i}`);
    return presentationTime - (time + offset) / 1000;
  });
}

/** Samples in the segments of a period, by rendition. Presentation times are relative to the period. */
export async function readServed(
  server: RtmpServer,
  { representations }: Period,
): Promise<Map<string, BoxSample[]>> {
  const served = new Map<string, BoxSample[]>();
  for (const { id, init, segments, offset, timescale } of representations) {
    const header = await server.get(init);
    const samples: BoxSample[] = [];
    for (const { url } of segments) {
      for (const fragment of splitFragments(await server.get(url))) {
        samples.push(
          ...readTracks(concat(header, fragment) as Uint8Array<ArrayBuffer>)[0]!.samples,
        );
      }
    }
    const toPeriod = (time: number) => time - offset / timescale;
    const shift = (sample: BoxSample) => ({
      ...sample,
      presentationTime: toPeriod(sample.presentationTime),
    });
    served.set(id, samples.map(shift));
  }
  return served;
}

/** Each moof with its mdat: mp4box ignores decode times but that of the first moof. */
function splitFragments(segment: Uint8Array): Uint8Array[] {
  const view = new DataView(segment.buffer, segment.byteOffset, segment.byteLength);
  const starts: number[] = [];
  for (let at = 0; at < segment.length; at += view.getUint32(at)) {
    if (new TextDecoder().decode(segment.subarray(at + 4, at + 8)) === "moof") starts.push(at);
  }
  return starts.map((start, i) => segment.subarray(start, starts[i + 1]));
}

/** All samples of a rendition in the archive. */
export function readArchived({ channels }: RtmpServer, name: string): Uint8Array {
  const files = channels.archives.get("news.json")!;
  return concat(
    ...readRecords(files).flatMap(({ number, records }) => {
      const block = readBlock(files, number);
      const index = block.tracks.findIndex((track) => track.name === name);
      if (index < 0) return [];
      const bytes = readWholeFile(
        files,
        `${formatBlockName(number)}/${getTrackFile(block.tracks[index]!)}`,
      );
      return records.flatMap((record) =>
        record.kind === "chunk" && record.track === index
          ? [bytes.subarray(record.offset + record.headerBytes, record.offset + record.bytes)]
          : []
      );
    }),
  );
}
