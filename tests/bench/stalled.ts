/** Measures the memory for clients that request a large segment and do not read it. */

import { Client } from "./client.ts";
import { readResidentMemory } from "./processor.ts";
import { readCmafPaths } from "./rows.ts";
import type { Bench, Section } from "./section.ts";
import { sleep, startAms } from "./servers.ts";
import { formatAtMost, formatFigure, formatTable, medians } from "./table.ts";

const CLIENT_COUNT = 64;

/** Maximum memory per client. */
export const STALLED_TARGET_MB = 1;

/** Memory is measured at this interval, and has settled when it has not grown for `SETTLED_SAMPLES` measurements. */
const SAMPLE_INTERVAL_MS = 250;
const SETTLED_SAMPLES = 12;
const MAX_SAMPLES = 120;

/** Segments that are read before: memory for serving a segment is not counted. */
const WARM_UP = 40;

/** Segment size, and memory before, while all clients stall, and after they have read. In bytes. */
type Memory = Record<"size" | "before" | "stalled" | "after", number>;

export const stalled: Section = {
  name: "stalled",
  heading: `${CLIENT_COUNT} stalled clients, one worker`,
  required: ["proc", "ffmpeg"],
  optional: [],
  assets: ["wide"],
  async run(bench) {
    const rounds: Memory[] = [];
    for (let round = 0; round < bench.rounds; round++) {
      bench.progress(`stalled clients, round ${round + 1}`);
      rounds.push(await measureStall(bench));
    }
    const { size, before, stalled, after } = medians(rounds);
    bench.print(formatTable([
      [
        "segment, MB",
        "resident before, MB",
        "while they stall",
        "when they have read",
        "MB per client",
      ],
      [
        ...[size, before, stalled, after].map((bytes) => formatFigure(bytes / 1e6)),
        formatAtMost((stalled - before) / CLIENT_COUNT / 1e6, STALLED_TARGET_MB),
      ],
    ]));
  },
};

/** @param asset with segments of 12 MB */
export async function measureStall(
  bench: Bench,
  asset = "wide",
  args: readonly string[] = [],
): Promise<Memory & { readonly perClient: number }> {
  await using ams = await startAms(bench, { args });
  using first = await Client.connect(ams.port);
  const [video] = await readCmafPaths(first, asset);
  const paths = video!.slice(0, -1); // the last one is shorter
  for (let i = 0; i < WARM_UP; i++) await first.get(paths[i % paths.length]!);
  await sleep(SAMPLE_INTERVAL_MS * SETTLED_SAMPLES);
  const before = readResidentMemory(ams.pid);
  using connections = new DisposableStack();
  const clients: Client[] = [];
  for (let i = 0; i < CLIENT_COUNT; i++) {
    clients.push(connections.use(await Client.connect(ams.port)));
    await clients[i]!.send(paths[i % paths.length]!);
  }
  const stalled = await waitForSettledMemory(ams.pid);
  let size = 0;
  for (const client of clients) size += (await client.receive()).body.length; // responses are complete
  const perClient = (stalled - before) / CLIENT_COUNT;
  const after = readResidentMemory(ams.pid);
  return { size: size / CLIENT_COUNT, before, stalled, after, perClient };
}

/** Maximum of resident memory, once it does not grow any more. */
async function waitForSettledMemory(pid: number): Promise<number> {
  let [maximum, settled] = [0, 0];
  for (let i = 0; i < MAX_SAMPLES && settled < SETTLED_SAMPLES; i++) {
    await sleep(SAMPLE_INTERVAL_MS);
    const now = readResidentMemory(pid);
    settled = now > maximum * 1.001 ? 0 : settled + 1;
    maximum = Math.max(maximum, now);
  }
  return maximum;
}
