/**
 * What encoders push is in the archive, in the segments of DASH, HLS and MPEG-TS as a viewer downloaded them while they grew, and in
 * what is listed after the end: every packet once, at its own time.
 */

import { join } from "@std/path";
import {
  findIngest,
  LOOPBACK_CHANNEL,
  startLiveAms,
  untilOver,
  writeChannel,
} from "./live_channel.ts";
import { checkBroadcast, readSources } from "./live_packets.ts";
import { encodeSource } from "./live_sources.ts";
import { pushCmaf, pushFragmented, pushSmooth } from "./live_push.ts";
import { LiveViewer } from "./live_viewer.ts";
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
      await checkBroadcast({
        file,
        sources: await readSources(file),
        archive: join(root, "live", `${name}.live`),
        url: `${ams.url}/live/${name}.json`,
        viewer,
        directory: temporary.path,
      });
    });
  }
});
