/** Two encoders of one channel, of which one is killed. */

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { readPeriods } from "../../mpd.ts";
import { eventually } from "../../eventually.ts";
import { readPackets } from "../ffmpeg.ts";
import { findIngest, startLiveAms, untilOver, writeChannel } from "../live_channel.ts";
import { type Push, pushFragmented, pushUtc } from "../live_push.ts";
import { encodeSource } from "../live_sources.ts";
import { createTemporaryDirectory } from "../temporary_directory.ts";

const KEYS = { main: "main-stream-key-0123456789", backup: "backup-stream-key-0123456789" };

const SETTINGS = {
  segmentDuration: 2,
  publishers: Object.entries(KEYS).map(([name, key]) => ({ name, key })),
};

/** From the end of an encoder to the first segment of the next one. */
const MAX_TAKEOVER_MS = 12_000;

Deno.test("an encoder on UTC goes on where another one ends, and one with a clock of its own takes over", async () => {
  using temporary = createTemporaryDirectory();
  const root = join(temporary.path, "root");
  for (const channel of ["utc", "standby"]) await writeChannel(root, channel, SETTINGS);
  const file = await encodeSource("short-gop", temporary.path);
  await using ams = await startLiveAms(root);
  const ingest = await findIngest(ams);
  const url = (channel: string, key: string) => `${ingest}/live/${channel}.json/${key}/feed`;
  const readMpd = async (channel: string) => {
    const response = await fetch(`${ams.url}/live/${channel}.json/.mpd`);
    return { text: await response.text(), url: response.url, ok: response.ok };
  };

  const offset = Date.now() / 1000;
  const first = pushUtc(file, url("utc", KEYS.main), offset);
  const second = pushUtc(file, url("utc", KEYS.backup), offset);
  const active = pushFragmented(file, url("standby", KEYS.main));
  await sleep(1000);
  const standby = pushFragmented(file, url("standby", KEYS.backup));
  await sleep(5000);
  await Promise.all([kill(first), kill(active)]);
  const killedAt = performance.now();
  await eventually(async () => {
    const { text, url, ok } = await readMpd("standby");
    return ok && readPeriods(text, url).length === 2;
  }, "the standby is listed");
  const takeover = performance.now() - killedAt;
  assert(takeover < MAX_TAKEOVER_MS, `${takeover} ms`);
  await Promise.all([second.done, standby.done]);
  await untilOver(`${ams.url}/live/utc.json`);

  for (const stream of ["v:0", "a:0"]) {
    const name = stream === "v:0" ? "feed-video" : "feed-audio";
    const stored = join(root, "live", "utc.live", "00000001", `${name}.mp4`);
    const [pushed, recorded] = await Promise.all([
      readPackets(file, stream),
      readPackets(stored, `${stream[0]}:0`),
    ]);
    assertEquals(recorded.map(({ md5 }) => md5), pushed.map(({ md5 }) => md5), name);
  }
  const { text, url: mpd } = await readMpd("utc");
  assertEquals(readPeriods(text, mpd).map(({ id }) => id), ["p1"]);
});

async function kill({ process, done }: Push): Promise<void> {
  process.kill("SIGKILL");
  await done.catch(() => {});
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
