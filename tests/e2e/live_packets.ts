/** Compares what a channel has recorded, and what a viewer received of it, with the file that was pushed. */

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { decodeFrames, type Packet, readAudioPackets, readPackets } from "./ffmpeg.ts";
import { LiveViewer, type ReceivedTrack } from "./live_viewer.ts";

/** Times of MPEG-TS are multiples of 1/90000 s, of Smooth Streaming of 100 ns. */
const TOLERANCE = 0.001;

/** Packets of a stream of the file. */
export interface Source {
  /** Stream specifier of ffmpeg. */
  readonly stream: string;
  /** Name of the rendition. */
  readonly name: string;
  readonly packets: readonly Packet[];
}

/** @param getName names the rendition of a track; default: that of a stream `feed` with all tracks */
export async function readSources(file: string, getName = nameOfFeed): Promise<Source[]> {
  const streams = await listStreams(file);
  return await Promise.all(streams.map(async (track) => {
    const name = getName(track, streams.length);
    return { stream: track.stream, name, packets: await readPackets(file, track.stream) };
  }));
}

export interface Broadcast {
  /** What was pushed. */
  readonly file: string;
  readonly sources: readonly Source[];
  /** Directory of the archive. */
  readonly archive: string;
  /** URL of the channel file. */
  readonly url: string;
  /** It was there from before the first segment until after the end. */
  readonly viewer: LiveViewer;
  /** For temporary files. */
  readonly directory: string;
}

/** Checks that each packet is once, unchanged and at its own time in the archive, in what was received while it was live, and in what is listed now. */
export async function checkBroadcast(broadcast: Broadcast): Promise<void> {
  const { file, sources, archive, url, viewer, directory } = broadcast;
  await checkArchive(archive, sources);
  await checkReceived(viewer.dash, sources, directory);
  await checkReceived(viewer.hls, sources, directory);
  await checkTs(viewer.ts, sources, { file, directory });
  await checkWhole(url, viewer);
}

/** A track of a file. */
export interface SourceTrack {
  readonly type: "video" | "audio";
  /** Among all tracks, from 0. */
  readonly position: number;
  /** Among those of its type, from 0. */
  readonly index: number;
  /** Stream specifier of ffmpeg. */
  readonly stream: string;
}

function nameOfFeed({ type, index }: SourceTrack, count: number): string {
  return count === 1 ? "feed" : `feed-${type}${index > 0 ? `-${index + 1}` : ""}`;
}

async function listStreams(file: string): Promise<SourceTrack[]> {
  const args = ["-v", "error", "-show_entries", "stream=codec_type", "-of", "csv=p=0", file];
  const { stdout } = await new Deno.Command("ffprobe", { args }).output();
  const counts = { video: 0, audio: 0 };
  return new TextDecoder().decode(stdout).trim().split("\n").map((line, position) => {
    const type = line as keyof typeof counts;
    const index = counts[type]++;
    return { type, position, index, stream: `${type[0]}:${index}` };
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

/** Reads the packets of a rendition, over all periods. */
export async function readReceived(
  received: ReadonlyMap<string, ReceivedTrack>,
  { name, stream, directory }: Pick<Source, "name" | "stream"> & Pick<Broadcast, "directory">,
): Promise<Packet[]> {
  const packets: Packet[] = [];
  for (const track of [...received.values()].filter((track) => track.name === name)) {
    packets.push(...await readPackets(await saveTrack(track, directory), `${stream[0]}:0`));
  }
  return packets;
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

/**
 * Checks that what is listed after the end has the URLs of before, and their bytes.
 *
 * @param url of the channel file
 */
export async function checkWhole(url: string, viewer: LiveViewer): Promise<void> {
  const after = new LiveViewer(url);
  await after.stop();
  for (const kind of ["dash", "hls", "ts"] as const) {
    const [before, whole] = [viewer[kind], after[kind]];
    assertEquals([...whole.keys()].sort(), [...before.keys()].sort());
    for (const [key, { init, segments }] of whole) {
      const track = before.get(key)!;
      assertEquals([...track.segments.keys()], [...segments.keys()], `URLs of ${kind} ${key}`);
      assertEquals(init, track.init);
      for (const [url, bytes] of segments) assertEquals(bytes, track.segments.get(url), url);
    }
  }
}
