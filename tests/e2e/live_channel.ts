/**
 * Channels for tests: `ams` with an ingest address, and encoders that push a clip in real time. Frames of the clip show their number
 * (page/frame_number.js reads it).
 */

import { hash } from "node:crypto";
import { join } from "@std/path";
import { eventually } from "../eventually.ts";
import { type Ams, startAms } from "./ams.ts";
import {
  type Push,
  pushDash,
  pushFragmented,
  pushHls,
  pushRtmp,
  pushSmooth,
  startCmafPush,
} from "./live_push.ts";
import { KEY_FRAME_INTERVAL, makeNumberedFile } from "./numbered_clip.ts";

/** Settings of a channel, as under `live` in its file. */
export type ChannelSettings = Readonly<Record<string, unknown>>;

const STREAM_KEY = "e2e-stream-key-0123456789";

/** Segments of 2 s, of publishers with `STREAM_KEY`. */
export const CHANNEL: ChannelSettings = {
  segmentDuration: 2,
  publishers: [{ name: "main", key: `sha256:${hash("sha256", STREAM_KEY)}` }],
};

/** The same, of anyone on this machine. */
export const LOOPBACK_CHANNEL: ChannelSettings = { segmentDuration: 2, publishers: "loopback" };

/** How an encoder pushes. CMAF has UTC times. CMAF, DASH and HLS have a request for each segment; the others have one, or a connection. */
export type PushFormat = "fragmented" | "cmaf" | "smooth" | "dash" | "hls" | "rtmp";

export interface LiveServer {
  /** Document root. */
  readonly root: string;
  readonly ams: Ams;
  /** Without a trailing slash. */
  readonly ingest: string;
  /** URL of a channel, without a trailing slash. */
  readonly channel: (name: string) => string;
}

/**
 * Serves channels from before the first test of a file until after the last.
 *
 * @param channels settings by name
 * @param args further flags of ams
 * @returns an object whose members are set while tests run
 */
export function serveChannels(
  channels: Readonly<Record<string, ChannelSettings>>,
  args: readonly string[] = [],
): LiveServer {
  const served = {} as { -readonly [Name in keyof LiveServer]: LiveServer[Name] };
  const open = new AsyncDisposableStack();
  Deno.test.beforeAll(async () => {
    served.root = await Deno.makeTempDir({ prefix: "ams-e2e-live-" });
    open.defer(() => Deno.remove(served.root, { recursive: true }));
    for (const [name, settings] of Object.entries(channels)) {
      await writeChannel(served.root, name, settings);
    }
    const ams = open.use(await startLiveAms(served.root, ...args));
    served.ams = ams;
    served.ingest = await findIngest(ams);
    served.channel = (name) => `${ams.url}/live/${name}.json`;
  });
  Deno.test.afterAll(() => open.disposeAsync());
  return served;
}

export async function writeChannel(
  root: string,
  name: string,
  settings: ChannelSettings,
): Promise<void> {
  await Deno.mkdir(join(root, "live"), { recursive: true });
  const file = join(root, "live", `${name}.json`);
  await Deno.writeTextFile(file, JSON.stringify({ ams: 1, live: settings }));
}

/** Starts ams with an ingest address on a free port. */
export function startLiveAms(root: string, ...args: string[]): Promise<Ams> {
  return startAms(root, "--ingest", "127.0.0.1:0", ...args);
}

const INGEST_LINE = /publishers at (http:\/\/127\.0\.0\.1:\d+)/;

/** Returns where an ams takes publishers, without a trailing slash. */
export async function findIngest(ams: Ams): Promise<string> {
  await eventually(() => INGEST_LINE.test(ams.log()), "ams listens for publishers");
  return INGEST_LINE.exec(ams.log())![1]!;
}

/** The numbered clip, encoded once for all tests of a file. */
export interface NumberedSource {
  file: string;
}

/** Encodes a clip before the first test of a file, and removes it after the last. */
export function encodeNumberedSource(seconds: number): NumberedSource {
  const source: NumberedSource = { file: "" };
  Deno.test.beforeAll(async () => {
    source.file = await Deno.makeTempFile({ prefix: "ams-e2e-numbered-", suffix: ".mp4" });
    await makeNumberedFile(source.file, { seconds, keyFrameInterval: KEY_FRAME_INTERVAL });
  });
  Deno.test.afterAll(() => Deno.remove(source.file));
  return source;
}

/** An encoder that pushes in real time. */
export interface LiveEncoder {
  /** When it started, in milliseconds since 1970: frame `n` is sent `n` frame durations later. */
  readonly startedAt: number;
  /** Resolves when all was pushed. */
  readonly done: Promise<void>;
  /** Ends the push in order, as an operator does. */
  stop(): Promise<void>;
  /** Ends the process at once. */
  kill(): Promise<void>;
}

export interface EncoderOptions {
  /** MP4 file whose packets are pushed as they are. */
  readonly file: string;
  /** Name of the channel. */
  readonly channel: string;
  readonly format?: PushFormat;
  readonly stream?: string;
  readonly key?: string;
  /** By default all, which only CMAF can be without. */
  readonly tracks?: "v" | "a";
}

export function startEncoder(
  { ingest }: Pick<LiveServer, "ingest">,
  { file, channel, format = "fragmented", stream = "feed", key = STREAM_KEY, tracks }:
    EncoderOptions,
): LiveEncoder {
  const startedAt = Date.now();
  const url = `${ingest}/live/${channel}`;
  const { process, done } = startPush(
    format,
    file,
    {
      fragmented: `${url}.json/${key}/${stream}.mp4`,
      cmaf: `${url}.json/${key}/${stream}/segment.m4s`,
      smooth: `${url}.isml/${key}/Streams(${stream})`,
      dash: `${url}.json/${key}/${stream}.mpd`,
      hls: `${url}.json/${key}/${stream}.m3u8`,
      rtmp: `${url.replace("http:", "rtmp:")}/${key}`,
    }[format],
    tracks,
  );
  done.catch(() => {}); // tests that stop or kill it do not wait for it
  const end = async (signal: Deno.Signal) => {
    try {
      process.kill(signal);
    } catch {
      // it has ended
    }
    await process.status;
    await done.catch(() => {});
  };
  return { startedAt, done, stop: () => end("SIGINT"), kill: () => end("SIGKILL") };
}

function startPush(format: PushFormat, file: string, url: string, tracks?: "v" | "a"): Push {
  switch (format) {
    case "fragmented":
      return pushFragmented(file, url);
    case "cmaf":
      return startCmafPush(file, url, tracks);
    case "smooth":
      return pushSmooth(file, url);
    case "dash":
      return pushDash(file, url);
    case "hls":
      return pushHls(file, url);
    case "rtmp":
      return pushRtmp(file, url);
  }
}

/** Waits until a channel has a manifest. */
export async function untilLive(url: string, manifest = ".mpd"): Promise<void> {
  await eventually(
    async () => (await fetchText(`${url}/${manifest}`)) !== undefined,
    `${url} is live`,
  );
}

/** Waits until the MPD of a channel matches a pattern, and returns it. */
export async function untilMpd(url: string, pattern: RegExp): Promise<string> {
  let text: string | undefined;
  await eventually(async () => {
    text = await fetchText(`${url}/.mpd`);
    return text !== undefined && pattern.test(text);
  }, `${url} matches ${pattern}`);
  return text!;
}

/** Waits until the broadcast of a channel is over. */
export function untilOver(url: string): Promise<string> {
  return untilMpd(url, /type="static"/);
}

/** Undefined for an error status. */
async function fetchText(url: string): Promise<string | undefined> {
  const response = await fetch(url);
  const text = await response.text();
  return response.ok ? text : undefined;
}
