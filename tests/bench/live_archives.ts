/** Measures in this process how long a worker takes for a new segment of a channel, and to open one with a long window. */

import { join } from "@std/path";
import { ArchiveWriter, type NewTrack } from "../../lib/archive/archive_writer.ts";
import { buildBroadcastMpd } from "../../lib/dash/live.ts";
import { buildBroadcastPlaylist } from "../../lib/hls/live.ts";
import { Channel } from "../../lib/library/channel.ts";
import { ChannelPaths } from "../../lib/library/channel_paths.ts";
import { DocumentRoot } from "../../lib/library/document_root.ts";
import { Library } from "../../lib/library/library.ts";
import { LocalArchive } from "../../lib/live/recording/local_archive.ts";
import type { Broadcast } from "../../lib/presentation/broadcast.ts";
import { Devices } from "../../lib/storage/local/devices.ts";
import { LocalStorage } from "../../lib/storage/local/local_storage.ts";
import { createChunk, EPOCH } from "../archive/recording.ts";
import { createTracks } from "../library/channel_recording.ts";
import type { Bench } from "./section.ts";
import { formatAtMost, formatTable, median } from "./table.ts";

const CHANNEL = "live/long.json";
const HOUR = 3600;
const SEGMENT_SECONDS = 2;
const ROUNDS = 30;

const MAX = { segment: 2, open: 50 };

/** A channel of which this process is the recorder. */
interface LongRecording {
  readonly root: string;
  readonly writer: ArchiveWriter;
  readonly tracks: readonly NewTrack[];
  /** In seconds. */
  end: number;
}

export async function measureLongArchives(bench: Bench): Promise<string> {
  bench.progress("a window of an hour with six renditions");
  const hour = await record(bench, "hour", { seconds: HOUR, renditions: 6 });
  const { mpd, playlist } = await measureNewSegments(hour);
  bench.progress("a window of a day with two renditions");
  const day = await record(bench, "day", { seconds: 24 * HOUR, renditions: 2 });
  const opening = await measureOpening(day.root);
  return formatTable([
    ["what a worker needs, ms of one core", "measured"],
    ["MPD after a new segment, window of 1 h, 6 renditions", formatAtMost(mpd, MAX.segment)],
    ["media playlist after a new segment", formatAtMost(playlist, MAX.segment)],
    ["opening a channel with a window of 24 h, 2 renditions", formatAtMost(opening, MAX.open)],
  ]);
}

/** Writes an archive whose samples have a few bytes each. */
async function record(
  bench: Bench,
  name: string,
  { seconds, renditions }: { readonly seconds: number; readonly renditions: number },
): Promise<LongRecording> {
  const root = bench.workspace.path(name);
  await Deno.mkdir(join(root, "live"), { recursive: true });
  const live = { segmentDuration: SEGMENT_SECONDS, window: seconds, keep: "all" };
  await Deno.writeTextFile(join(root, CHANNEL), JSON.stringify({ ams: 1, live }));
  const writer = ArchiveWriter.open(LocalArchive.open(join(root, "live", "long.live")));
  const [video, audio] = await createTracks();
  const videos = Array.from({ length: renditions - 1 }, (_, i) => ({ ...video!, name: `v${i}` }));
  const tracks = [...videos, audio!];
  writer.beginPeriod({ epoch: EPOCH, start: EPOCH, reason: "start", tracks });
  const recording = { root, writer, tracks, end: 0 };
  while (recording.end < seconds) append(recording);
  await writer.sync();
  return recording;
}

/** Appends a segment of each rendition. */
function append(recording: LongRecording): void {
  const { writer, tracks, end } = recording;
  for (const track of tracks.keys()) {
    writer.append(createChunk(track, end, { count: SEGMENT_SECONDS }));
  }
  writer.fixTarget(SEGMENT_SECONDS, EPOCH);
  recording.end += SEGMENT_SECONDS;
}

async function measureNewSegments(recording: LongRecording) {
  const library = createLibrary(recording.root);
  const times: Record<"mpd" | "playlist", number[]> = { mpd: [], playlist: [] };
  await openChannel(library);
  for (let round = 0; round < 2 * ROUNDS; round++) {
    append(recording);
    library.noticeAppended(CHANNEL);
    const kind = round % 2 === 0 ? "mpd" : "playlist";
    const start = performance.now();
    const { listed } = (await openChannel(library)).views!;
    if (kind === "mpd") buildBroadcastMpd(listed);
    else buildBroadcastPlaylist(listed, findRendition(listed), { format: "fmp4", isWindow: true });
    times[kind].push(performance.now() - start);
  }
  library.close();
  return { mpd: median(times.mpd), playlist: median(times.playlist) };
}

function findRendition({ periods }: Broadcast): string {
  return periods[0]!.presentation.renditions.keys().next().value!;
}

async function measureOpening(root: string): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const library = createLibrary(root);
    const start = performance.now();
    await openChannel(library);
    times.push(performance.now() - start);
    library.close();
  }
  return median(times);
}

function createLibrary(root: string): Library {
  const storage = new LocalStorage(root, new Devices(), Deno.statSync(root).dev);
  return new Library({
    root: new DocumentRoot(storage, new ChannelPaths()),
    serveDirectories: false,
    capacityBytes: 2 ** 28,
    maxOpenFiles: 256,
    warn: () => {},
  });
}

async function openChannel(library: Library): Promise<Channel> {
  const opened = await library.open(CHANNEL);
  if (!(opened instanceof Channel)) throw new Error(`Cannot open ${CHANNEL} as a channel`);
  opened.release();
  return opened;
}
