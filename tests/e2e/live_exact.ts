/** Pushes files to channels, all at once, and compares what is stored and served of each with its file. */

import { join } from "@std/path";
import {
  type ChannelSettings,
  findIngest,
  LOOPBACK_CHANNEL,
  startLiveAms,
  untilOver,
  writeChannel,
} from "./live_channel.ts";
import { checkBroadcast, readSources, type SourceTrack } from "./live_packets.ts";
import { encodeSource } from "./live_sources.ts";
import { LiveViewer } from "./live_viewer.ts";
import { createTemporaryDirectory } from "./temporary_directory.ts";

export interface PushedChannel {
  /** Name in live_sources.ts. */
  readonly source: string;
  readonly push: (file: string, url: string) => Promise<void>;
  /** What follows the name of the channel in the publishing URL. */
  readonly target: string;
  /** Default: the URL of HTTP. */
  readonly scheme?: "rtmp";
  /** Names the rendition of a track; default: that of a stream `feed`. */
  readonly getName?: (track: SourceTrack) => string;
  /** Checks what only this channel has. */
  readonly check?: (viewer: LiveViewer) => void | Promise<void>;
}

/** One whose last request breaks off is over soon, but not between two segments of 7 s. */
const SETTINGS: ChannelSettings = { ...LOOPBACK_CHANNEL, reconnect: 9 };

/** @param channels by name */
export async function pushExactly(
  t: Deno.TestContext,
  channels: Readonly<Record<string, PushedChannel>>,
): Promise<void> {
  using temporary = createTemporaryDirectory();
  const root = join(temporary.path, "root");
  for (const name of Object.keys(channels)) await writeChannel(root, name, SETTINGS);
  const files = new Map<string, string>();
  for (const { source } of Object.values(channels)) {
    if (!files.has(source)) files.set(source, await encodeSource(source, temporary.path));
  }
  await using ams = await startLiveAms(root);
  const ingest = await findIngest(ams);
  const pushes = await Promise.allSettled(
    Object.entries(channels).map(async ([name, channel]) => {
      const url = `${ams.url}/live/${name}.json`;
      const viewer = new LiveViewer(url);
      const file = files.get(channel.source)!;
      const address = channel.scheme ? ingest.replace("http", channel.scheme) : ingest;
      await channel.push(file, `${address}/live/${name}${channel.target}`);
      await untilOver(url);
      await viewer.stop();
      return { url, viewer, file };
    }),
  );
  for (const [i, [name, channel]] of Object.entries(channels).entries()) {
    await t.step(name, async () => {
      const push = pushes[i]!;
      if (push.status === "rejected") throw new Error(ams.log(), { cause: push.reason });
      const { url, viewer, file } = push.value;
      await checkBroadcast({
        file,
        sources: await readSources(file, channel.getName),
        archive: join(root, "live", `${name}.live`),
        url,
        viewer,
        directory: temporary.path,
      });
      await channel.check?.(viewer);
    });
  }
}
