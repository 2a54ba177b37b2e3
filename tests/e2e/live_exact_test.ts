/**
 * What encoders push is in the archive, in the segments of DASH, HLS and MPEG-TS as a viewer downloaded them while they grew, and in
 * what is listed after the end: every packet once, at its own time.
 */

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import type { Ams } from "./ams.ts";
import {
  findIngest,
  LOOPBACK_CHANNEL,
  startLiveAms,
  untilOver,
  writeChannel,
} from "./live_channel.ts";
import { decodeFrames, type Packet, readAudioPackets, readPackets } from "./ffmpeg.ts";
import { encodeSource } from "./live_sources.ts";
import { pushCmaf, pushFragmented, pushSmooth } from "./live_push.ts";
import { LiveViewer, type ReceivedTrack } from "./live_viewer.ts";
import { createTemporaryDirectory } from "./temporary_directory.ts";

interface PushedChannel {
  /** Name in live_sources.ts. */
  readonly source: string;
  readonly push: (file: string, url: string) => Promise<void>;
  /** Extension of the publishing URL, and what follows the key. */
  readonly target: string;
}

const long = (file: string, url: string) => pushFragmented(file, url).done;
const smooth = (file: string, url: string) => pushSmooth(file, url).done;

/** By the name of the channel. */
const CHANNELS: Readonly<Record<string, PushedChannel>> = {
  "open-gop": { source: "open-gop", push: long, target: "json/key/feed" },
  "short-gop": { source: "short-gop", push: pushCmaf, target: "json/key/feed" },
  "long-gop": { source: "long-gop", push: long, target: "json/key/feed" },
  hevc: { source: "hevc", push: long, target: "json/key/feed" },
  "hevc-cmaf": { source: "hevc", push: pushCmaf, target: "json/key/feed" },
  audio: { source: "audio", push: long, target: "json/key/feed" },
  ladder: { source: "ladder", push: long, target: "json/key/feed" },
  smooth: { source: "open-gop", push: smooth, target: "isml/key/Streams(feed)" },
};

/** Times of MPEG-TS are multiples of 1/90000 s, of Smooth Streaming of 100 ns. */
const TOLERANCE = 0.001;

Deno.test("every packet that is pushed is stored and served once, at its own time", async (t) => {
  using temporary = createTemporaryDirectory();
  const root = join(temporary.path, "root");
  for (const name of Object.keys(CHANNELS)) await writeChannel(root, name, LOOPBACK_CHANNEL);
  const files = new Map<string, string>();
  for (const { source } of Object.values(CHANNELS)) {
    if (!files.has(source)) files.set(source, await encodeSource(source, temporary.path));
  }
  await using ams = await startLiveAms(root);
  const ingest = await findIngest(ams);
  const results = await Promise.all(
    Object.entries(CHANNELS).map(async ([name, { source, push, target }]) => {
      const viewer = new LiveViewer(`${ams.url}/live/${name}.json`);
      await push(files.get(source)!, `${ingest}/live/${name}.${target}`);
      await untilOver(`${ams.url}/live/${name}.json`);
      await viewer.stop();
      return { name, viewer, file: files.get(source)! };
    }),
  );
  for (const { name, viewer, file } of results) {
    await t.step(name, async () => {
      const sources = await readSources(file);
      await checkArchive(join(root, "live", `${name}.live`), sources);
      await checkReceived(viewer.dash, sources, temporary.path);
      await checkReceived(viewer.hls, sources, temporary.path);
      await checkTs(viewer.ts, sources, { file, directory: temporary.path });
      await checkWhole(ams, name, viewer);
    });
  }
});

/** Packets of a stream of the file. */
interface Source {
  /** Stream specifier of ffmpeg. */
  readonly stream: string;
  /** Name of the rendition. */
  readonly name: string;
  readonly packets: readonly Packet[];
}

async function readSources(file: string): Promise<Source[]> {
  const streams = await listStreams(file);
  return await Promise.all(streams.map(async ({ stream, type, index }) => {
    const name = streams.length === 1 ? "feed" : `feed-${type}${index > 0 ? `-${index + 1}` : ""}`;
    return { stream, name, packets: await readPackets(file, stream) };
  }));
}

async function listStreams(file: string) {
  const args = ["-v", "error", "-show_entries", "stream=codec_type", "-of", "csv=p=0", file];
  const { stdout } = await new Deno.Command("ffprobe", { args }).output();
  const counts = { video: 0, audio: 0 };
  return new TextDecoder().decode(stdout).trim().split("\n").map((line) => {
    const type = line as keyof typeof counts;
    const index = counts[type]++;
    return { type, index, stream: `${type[0]}:${index}` };
  });
}

/**
 * Compares packets with those of the file, which all have the same offset in time.
 *
 * @param offset in seconds; default: that of the first packet
 * @returns the offset
 */
function checkPackets(
  source: readonly Packet[],
  client: readonly Packet[],
  { what, offset = client[0]!.pts - source[0]!.pts }: { what: string; offset?: number | undefined },
): number {
  assertEquals(client.length, source.length, `packets of ${what}`);
  for (const [i, { pts, md5 }] of source.entries()) {
    const got = client[i]!;
    assertEquals(got.md5, md5, `packet ${i} of ${what} at ${pts} s`);
    const difference = got.pts - offset - pts;
    assert(Math.abs(difference) < TOLERANCE, `packet ${i} of ${what}: ${difference} s late`);
  }
  return offset;
}

async function checkArchive(archive: string, sources: readonly Source[]): Promise<void> {
  const blocks = [...Deno.readDirSync(archive)].filter(({ isDirectory }) => isDirectory);
  assertEquals(blocks.length, 1);
  let offset: number | undefined;
  for (const { name, stream, packets } of sources) {
    const file = join(archive, blocks[0]!.name, `${name}.mp4`);
    const what = `${name} in the archive`;
    offset = checkPackets(packets, await readPackets(file, `${stream[0]}:0`), { what, offset });
  }
}

/** @param directory for files of its own */
async function checkReceived(
  received: ReadonlyMap<string, ReceivedTrack>,
  sources: readonly Source[],
  directory: string,
): Promise<void> {
  assertEquals([...received.values()].map(({ name }) => name).sort(), namesOf(sources));
  let offset: number | undefined;
  for (const track of received.values()) {
    const { stream, packets } = sources.find(({ name }) => name === track.name)!;
    const file = await saveTrack(track, directory);
    const client = await readPackets(file, `${stream[0]}:0`);
    offset = checkPackets(packets, client, { what: track.name, offset });
  }
}

function namesOf(sources: readonly Source[]): string[] {
  return sources.map(({ name }) => name).sort();
}

async function saveTrack({ init, segments }: ReceivedTrack, directory: string): Promise<string> {
  const file = await Deno.makeTempFile({ dir: directory });
  await Deno.writeFile(file, await new Blob([init, ...segments.values()]).bytes());
  return file;
}

/** Video is decoded, since its format is another one; its audio is muxed, or packed if there are several. */
async function checkTs(
  received: ReadonlyMap<string, ReceivedTrack>,
  sources: readonly Source[],
  { file, directory }: { readonly file: string; readonly directory: string },
): Promise<void> {
  const isMuxed = sources.length === 2;
  let offset: number | undefined;
  for (const track of received.values()) {
    const { name, stream, packets } = sources.find(({ name }) => name === track.name)!;
    const saved = await saveTrack(track, directory);
    const what = `${name} in MPEG-TS`;
    if (stream.startsWith("v")) {
      const frames = await decodeFrames(file, stream);
      offset = checkPackets(frames, await decodeFrames(saved, "v:0"), { what, offset });
    }
    if (!isMuxed && stream.startsWith("v")) continue;
    const audio = isMuxed ? sources.find(({ stream }) => stream === "a:0")!.packets : packets;
    const client = await readAudioPackets(saved, "mp4a.40.2");
    // ffmpeg reads packed audio without its ID3 timestamps
    checkPackets(audio, client, { what: `audio of ${what}`, offset: isMuxed ? offset : undefined });
  }
}

/** What is listed after the end has the URLs of before, and their bytes. */
async function checkWhole(ams: Ams, name: string, viewer: LiveViewer): Promise<void> {
  const after = new LiveViewer(`${ams.url}/live/${name}.json`);
  await after.stop();
  for (const kind of ["dash", "hls", "ts"] as const) {
    const [before, whole] = [viewer[kind], after[kind]];
    assertEquals([...whole.keys()], [...before.keys()]);
    for (const [key, { init, segments }] of whole) {
      const track = before.get(key)!;
      assertEquals([...track.segments.keys()], [...segments.keys()], `URLs of ${kind} ${key}`);
      assertEquals(init, track.init);
      for (const [url, bytes] of segments) assertEquals(bytes, track.segments.get(url), url);
    }
  }
}
