/** What tests call on the page: the members of its `driver`, with types and a deadline. */

import type { Page } from "./playwright.ts";

/** The players under test: of DASH, and of HLS. */
export const PLAYERS = ["dashjs", "shaka"] as const;
export const HLS_PLAYERS = ["hlsjs", "shaka"] as const;

/** No call on the page takes so long unless it hangs. In milliseconds. */
const CALL_TIMEOUT_MS = 60_000;

export interface FrameSample {
  /** When it is presented, in seconds. */
  readonly time: number;
  /** How light its middle is: 0 to 255. */
  readonly light: number;
}

/** What the video has done since the page was opened. */
export interface PlaybackState {
  readonly errors: readonly string[];
  /** Times at which it had to wait, but after a start or seek. In seconds. */
  readonly stalls: readonly number[];
  /** Heights of the picture, in pixels, in the order in which they were shown. */
  readonly heights: readonly number[];
  readonly time: number;
  readonly duration: number;
  readonly ended: boolean;
  /** What each SourceBuffer holds; ranges in seconds. */
  readonly buffers: readonly {
    readonly type: string;
    readonly ranges: readonly (readonly [start: number, end: number])[];
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
  /** In pixels: as the player says it is shown, and as it was decoded. */
  readonly shown: readonly [width: number, height: number];
  readonly decoded: readonly [width: number, height: number];
}

/** Names and arguments as in page/page.js, page/measure.js and the players' own files. */
export function createPageDriver(page: Page) {
  const at = <T>(member: string) => (...args: unknown[]) => call<T>(page, member, args);
  return {
    load: at<void>("load") as (player: string, url: string, bufferGoal: number) => Promise<void>,
    state: at<PlaybackState>("state"),
    play: at<void>("play"),
    pause: at<void>("pause"),
    seek: at<void>("seek") as (time: number) => Promise<void>,
    reach: at<void>("reach") as (time: number) => Promise<void>,
    loadAhead: at<void>("player.loadAhead") as (seconds: number) => Promise<void>,
    heights: at<number[]>("player.heights"),
    selectHeight: at<void>("player.selectHeight") as (height: number) => Promise<void>,
    audioLanguages: at<string[]>("player.audioLanguages"),
    selectAudio: at<void>("player.selectAudio") as (language: string) => Promise<void>,
    textLanguages: at<string[]>("player.textLanguages"),
    selectText: at<void>("player.selectText") as (language: string) => Promise<void>,
    audioNames: at<string[]>("player.audioNames"),
    selectAudioNamed: at<void>("player.selectAudioNamed") as (name: string) => Promise<void>,
    textNames: at<string[]>("player.textNames"),
    selectTextNamed: at<void>("player.selectTextNamed") as (name: string) => Promise<void>,
    cues: at<Cue[]>("cues"),
    activeCues: at<string[]>("activeCues"),
    captions: at<string>("player.captions"),
    thumbnail: at<Thumbnail>("thumbnail") as (time: number) => Promise<Thumbnail>,
    pictureAt: at<FrameSample>("pictureAt") as (time: number) => Promise<FrameSample>,
    nextBeep: at<number>("nextBeep") as (starts: number[]) => Promise<number>,
    pitch: at<number>("pitch"),
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

/** @throws Error when a promise is not kept in time */
async function withTimeout<T>(milliseconds: number, promise: Promise<T>, what: string): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => reject(new Error(`Cannot wait any longer for ${what}`)),
    milliseconds,
  );
  return await Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/**
 * Asks again and again until an answer will do.
 *
 * @throws Error with the last answer, when a minute has passed
 */
export async function eventually<T>(read: () => Promise<T>, accept: (value: T) => boolean) {
  const deadline = Date.now() + CALL_TIMEOUT_MS;
  for (;;) {
    const answer = await read();
    if (accept(answer)) return answer;
    if (Date.now() > deadline) {
      throw new Error(`Cannot wait any longer: ${JSON.stringify(answer)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
