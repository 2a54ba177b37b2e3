/** Messages of the media of testdata, and what `FlvReader` makes of them. */

import { assert } from "@std/assert";
import { FlvReader } from "../../../lib/live/rtmp/flv_reader.ts";
import { countSamples, type LiveSamples } from "../../../lib/live/media/live_samples.ts";
import type { PushedInit, PushedItem } from "../../../lib/live/media/pushed_item.ts";
import { mergeFrames, type SourceTrack } from "./media_source.ts";
import { amf } from "./amf_bytes.ts";
import { describeTracks, frameTag, sequenceHeader, type TagFormat } from "./pushed_tags.ts";

/** Message time of time 0 in the file, in milliseconds: frames before it are decoded earlier. */
export const START = 1000;

export interface TestMessage {
  readonly type: "audio" | "video" | "data";
  readonly timestamp: number;
  readonly payload: Uint8Array;
}

export function metadata(tracks: readonly SourceTrack[]): TestMessage {
  return { type: "data", timestamp: START, payload: amf("onMetaData", describeTracks(tracks)) };
}

/** All messages of tracks with trackId 0. */
export function toMessages(tracks: readonly SourceTrack[], format: TagFormat): TestMessage[] {
  const headers = tracks.flatMap((track) => {
    const payload = sequenceHeader(track, format);
    return payload ? [{ type: track.type, timestamp: START, payload }] : [];
  });
  const frames = mergeFrames(tracks).map(({ track, frame }) => ({
    type: tracks[track]!.type,
    timestamp: START + frame.time,
    payload: frameTag(tracks[track]!, frame, format),
  }));
  return [metadata(tracks), ...headers, ...frames];
}

/** A reader in simulated time, in milliseconds. */
export class TestReader {
  now = 0;
  readonly items: PushedItem[] = [];
  readonly reader = new FlvReader({ now: () => this.now });

  /** Adds messages, each at the time that it states. */
  play(messages: readonly TestMessage[]): this {
    for (const message of messages) {
      this.now = Math.max(this.now, message.timestamp);
      this.add(message);
    }
    return this;
  }

  add(...messages: readonly TestMessage[]): this {
    for (const message of messages) this.reader.add(message);
    this.items.push(...this.reader.takeItems());
    return this;
  }

  wait(milliseconds: number): this {
    this.now += milliseconds;
    return this.add();
  }

  finish(): this {
    this.items.push(...this.reader.finish());
    return this;
  }

  get inits(): PushedInit["init"][] {
    return this.items.flatMap((item) => item.kind === "init" ? [item.init] : []);
  }

  /** Samples of a track in the order of their fragments, with their decode times in ticks. */
  samples(id: number): TestSample[] {
    return this.items.flatMap((item) =>
      item.kind !== "fragment" ? [] : item.tracks.flatMap(({ trackId, samples, time }) => {
        assert(time !== undefined);
        return trackId === id ? listSamples(samples, Number(time)) : [];
      })
    );
  }
}

export interface TestSample {
  readonly time: number;
  readonly duration: number;
  readonly offset: number;
  readonly flags: number;
  readonly data: Uint8Array;
}

function listSamples(samples: LiveSamples, start: number): TestSample[] {
  let [time, at] = [start, 0];
  return Array.from({ length: countSamples(samples) }, (_, i) => {
    const sample = {
      ...{ time, duration: samples.durations[i]!, offset: samples.compositionOffsets[i]! },
      flags: samples.flags[i]!,
      data: samples.data.subarray(at, at += samples.sizes[i]!),
    };
    time += sample.duration;
    return sample;
  });
}
