/** Clients that ask for a large segment and don't read it: what the server keeps for each of them. */

import { Client } from "./client.ts";
import { readResidentMemory } from "./processor.ts";
import { readRenditions } from "./rows.ts";
import type { Bench, Section } from "./section.ts";
import { sleep, startAms } from "./servers.ts";
import { formatAtMost, formatFigure, formatTable, medians } from "./table.ts";

const CLIENT_COUNT = 64;

/** A reader, in MB. */
const TARGET_MB = 1;

/** Memory is looked at so often, and is settled when it has not grown for so many looks. */
const SAMPLE_INTERVAL_MS = 250;
const SETTLED_SAMPLES = 12;
const MAX_SAMPLES = 120;

/** Segments that were read before: what a server takes to serve one is not counted. */
const WARM_UP = 40;

/** In bytes: a segment; the memory before, while all are stalled, and after they have read. */
type Memory = Record<"size" | "before" | "stalled" | "after", number>;

export const stalled: Section = {
  name: "stalled",
  heading: `${CLIENT_COUNT} readers that stall, one worker`,
  required: ["proc", "ffmpeg"],
  optional: [],
  assets: ["wide"],
  async run(bench) {
    const rounds: Memory[] = [];
    for (let round = 0; round < bench.rounds; round++) {
      bench.progress(`stalled readers, round ${round + 1}`);
      rounds.push(await measureStall(bench));
    }
    const { size, before, stalled, after } = medians(rounds);
    bench.print(formatTable([
      [
        "segment, MB",
        "resident before, MB",
        "while they stall",
        "when they have read",
        "MB a reader",
      ],
      [
        ...[size, before, stalled, after].map((bytes) => formatFigure(bytes / 1e6)),
        formatAtMost((stalled - before) / CLIENT_COUNT / 1e6, TARGET_MB),
      ],
    ]));
  },
};

async function measureStall(bench: Bench): Promise<Memory> {
  await using ams = await startAms(bench);
  using first = await Client.connect(ams.port);
  const [video] = await readRenditions(first, "wide");
  const paths = video!.cmaf.slice(0, -1); // the last one is shorter
  for (let i = 0; i < WARM_UP; i++) await first.get(paths[i % paths.length]!);
  await sleep(SAMPLE_INTERVAL_MS * SETTLED_SAMPLES);
  const before = readResidentMemory(ams.pid);
  using readers = new DisposableStack();
  const clients: Client[] = [];
  for (let i = 0; i < CLIENT_COUNT; i++) {
    clients.push(readers.use(await Client.connect(ams.port)));
    await clients[i]!.send(paths[i % paths.length]!);
  }
  const stalled = await waitForSettledMemory(ams.pid);
  let size = 0;
  for (const client of clients) size += (await client.receive()).body.length; // all of it comes
  return { size: size / CLIENT_COUNT, before, stalled, after: readResidentMemory(ams.pid) };
}

/** The most that was seen, when it grows no further. */
async function waitForSettledMemory(pid: number): Promise<number> {
  let [most, quiet] = [0, 0];
  for (let look = 0; look < MAX_SAMPLES && quiet < SETTLED_SAMPLES; look++) {
    await sleep(SAMPLE_INTERVAL_MS);
    const now = readResidentMemory(pid);
    quiet = now > most * 1.001 ? 0 : quiet + 1;
    most = Math.max(most, now);
  }
  return most;
}
