/** A broadcast of days, whose encoder starts again each hour: what is listed, and what stays on disk. */

import { assert, assertEquals, assertGreater, assertLess } from "@std/assert";
import { listBlocks } from "../../lib/archive/recovery.ts";
import { buildBroadcastMpd } from "../../lib/dash/live.ts";
import { readPeriods } from "../mpd.ts";
import { Encoder } from "./encoder.ts";
import { buildTestInit } from "./test_init.ts";
import { PlayedServer } from "./played_server.ts";

const HOURS = 100;
const HOUR = 3600;

/** A fragment in half a minute, of few frames and packets. */
const ENCODER = { gop: 151, fps: 5, sampleRate: 1000 };

const FRAGMENT_SECONDS = ENCODER.gop / ENCODER.fps;

/** `skip()` lets this pass afterwards, in seconds. */
const TICK = 0.25;

const WINDOW = 2 * HOUR;
const KEEP = 5 * HOUR;

/** Blocks have ten minutes, and are closed with a fragment. */
const BLOCK_SECONDS = 600 + 2 * FRAGMENT_SECONDS;

const SETTINGS = {
  segmentDuration: 30,
  window: WINDOW,
  keep: KEEP,
  reconnect: 600,
  publishers: "loopback",
};

Deno.test("the window and the archive stay as long as they are over 100 hours of periods", async () => {
  const server = new PlayedServer(SETTINGS, { buildInit: buildTestInit });
  for (let hour = 0; hour < HOURS; hour++) {
    const encoder = new Encoder({ ...ENCODER, seed: hour });
    const request = await server.publish().push(encoder.init);
    for (let i = 0; (i + 1) * FRAGMENT_SECONDS <= HOUR; i++) {
      await server.skip(FRAGMENT_SECONDS - TICK);
      await request.push(encoder.fragment(i));
    }
    await request.end("broken");
    if (hour % 10 === 9) await checkListed(server, hour);
  }
  assertEquals(server.counts.periods, { start: 1, restart: HOURS - 1 });
  await server.close();
});

async function checkListed(server: PlayedServer, hour: number): Promise<void> {
  const { listed } = (await server.view())!.views!;
  const periods = readPeriods(buildBroadcastMpd(listed), "http://ams/live/news.json/.mpd");
  assertEquals(periods.map(({ id }) => id), [`p${hour - 1}`, `p${hour}`, `p${hour + 1}`]);
  const [first, last] = [periods[0]!, periods.at(-1)!];
  const [start, end] = [toSeconds(first, 0), toSeconds(last, -1)];
  assertLess(Math.abs(end - start - WINDOW), 2 * FRAGMENT_SECONDS);
  const blocks = listBlocks(server.channels.archives.get("news.json")!).length;
  assertGreater(blocks * BLOCK_SECONDS, KEEP);
  assertLess(blocks, KEEP / 600 + 12); // periods end blocks early
}

/** UTC of a segment of video, from the epoch on. */
function toSeconds(
  { start, representations }: ReturnType<typeof readPeriods>[number],
  segment: number,
): number {
  const video = representations.find(({ mimeType }) => mimeType === "video/mp4");
  const found = video?.segments.at(segment);
  assert(found);
  return start + found.time / video!.timescale;
}
