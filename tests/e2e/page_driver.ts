/** Typed access to the `driver` object of the player page, with a timeout for each call. */

import type { Page } from "./playwright.ts";

/** Players under test, of DASH and of HLS. */
export const PLAYERS = ["dashjs", "shaka"] as const;
export const HLS_PLAYERS = ["hlsjs", "shaka"] as const;

const CALL_TIMEOUT_MS = 60_000;

export interface FrameSample {
  /** Presentation time in seconds. */
  readonly time: number;
  /** Brightness of the center, 0 to 255. */
  readonly light: number;
}

/** A frame of the clip of numbered_clip.ts. */
export interface NumberedFrame {
  /** Presentation time in seconds. */
  readonly time: number;
  readonly number: number;
  /** When it was presented, in milliseconds since 1970. */
  readonly at: number;
}

/** State of the video, and events since the page was opened. */
export interface PlaybackState {
  readonly errors: readonly string[];
  /** Times of stalls, except after a start or seek. In seconds. */
  readonly stalls: readonly number[];
  /** Video heights in pixels, in the order in which they were shown. */
  readonly heights: readonly number[];
  /** Frames presented so far. */
  readonly frames: number;
  readonly time: number;
  readonly duration: number;
  readonly ended: boolean;
  /** Buffered ranges of each SourceBuffer, in seconds. */
  readonly buffers: readonly {
    readonly type: string;
    readonly ranges: readonly (readonly [start: number, end: number])[];
    /** Added to the times of media that is appended. */
    readonly offset: number;
  }[];
}

export interface Cue {
  /** In seconds. */
  readonly start: number;
  readonly end: number;
  /** Without tags. */
  readonly text: string;
}

/** A fetched thumbnail. */
export interface Thumbnail {
  readonly url: string;
  /** Size in pixels: as reported by the player, and as decoded. */
  readonly shown: readonly [width: number, height: number];
  readonly decoded: readonly [width: number, height: number];
}

/** Creates a driver. Names and arguments are those in page/page.js, page/measure.js and the files of the players. */
export function createPageDriver(page: Page) {
  const at = <T>(member: string) => (...args: unknown[]) => call<T>(page, member, args);
  return {
    load: at<void>("load") as (
      player: string,
      url: string,
      bufferGoal: number,
      licenseUrl?: string,
      clearKeys?: Readonly<Record<string, string>>,
    ) => Promise<void>,
    state: at<PlaybackState>("state"),
    play: at<void>("play"),
    pause: at<void>("pause"),
    seek: at<void>("seek") as (time: number) => Promise<void>,
    reach: at<void>("reach") as (time: number) => Promise<void>,
    loadAhead: at<void>("player.loadAhead") as (seconds: number) => Promise<void>,
    heights: at<number[]>("player.heights"),
    selectHeight: at<void>("player.selectHeight") as (height: number) => Promise<void>,
    selectCodec: at<void>("player.selectCodec") as (codec: string) => Promise<void>,
    audioLanguages: at<string[]>("player.audioLanguages"),
    selectAudio: at<void>("player.selectAudio") as (language: string) => Promise<void>,
    textLanguages: at<string[]>("player.textLanguages"),
    selectText: at<void>("player.selectText") as (language: string) => Promise<void>,
    audioNames: at<string[]>("player.audioNames"),
    selectAudioNamed: at<void>("player.selectAudioNamed") as (name: string) => Promise<void>,
    textNames: at<string[]>("player.textNames"),
    selectTextNamed: at<void>("player.selectTextNamed") as (name: string) => Promise<void>,
    chapters: at<[start: number, end: number, title: string][]>("player.chapters"),
    sessionData: at<Record<string, Record<string, string>>>("player.sessionData"),
    cues: at<Cue[]>("cues"),
    activeCues: at<string[]>("activeCues"),
    captions: at<string>("player.captions"),
    thumbnail: at<Thumbnail>("thumbnail") as (time: number) => Promise<Thumbnail>,
    getFrameAt: at<FrameSample>("getFrameAt") as (time: number) => Promise<FrameSample>,
    findNextBeep: at<number>("findNextBeep") as (starts: number[]) => Promise<number>,
    measurePitch: at<number>("measurePitch"),
    trickPlay: at<void>("player.trickPlay") as (rate: number) => Promise<void>,
    scrub: at<number>("scrub") as (time: number) => Promise<number>,
    frameNumber: at<number>("frameNumber"),
    recordFrames: at<void>("recordFrames"),
    recordedFrames: at<NumberedFrame[]>("recordedFrames"),
    requests: at<string[]>("requests"),
  };
}

export type PageDriver = ReturnType<typeof createPageDriver>;

function call<T>(page: Page, member: string, args: unknown[]): Promise<T> {
  const result = page.evaluate(({ member, args }) => {
    const path = member.split(".");
    const name = path.pop()!;
    // deno-lint-ignore no-explicit-any -- lives on the page
    const owner = path.reduce((value: any, key) => value[key], (globalThis as any).driver);
    return owner[name](...args) as T;
  }, { member, args });
  return withTimeout(CALL_TIMEOUT_MS, result, `${member}(${args})`);
}

/** @throws Error when the promise does not settle in time */
async function withTimeout<T>(milliseconds: number, promise: Promise<T>, what: string): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => reject(new Error(`Cannot wait any longer for ${what}`)),
    milliseconds,
  );
  return await Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/**
 * Reads a value repeatedly until it is accepted.
 *
 * @throws Error with the last value after a minute
 */
export async function eventually<T>(read: () => Promise<T>, accept: (value: T) => boolean) {
  const deadline = Date.now() + CALL_TIMEOUT_MS;
  for (;;) {
    const value = await read();
    if (accept(value)) return value;
    if (Date.now() > deadline) {
      throw new Error(`Cannot wait any longer: ${JSON.stringify(value)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
