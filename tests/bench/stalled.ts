/** Clients that ask for a large segment and don't read it: what the server keeps for each of them. */

import { Client } from "./client.ts";
import { residentMemory } from "./processor.ts";
import { renditions } from "./rows.ts";
import type { Bench, Section } from "./section.ts";
import { pause, startAms } from "./servers.ts";
import { atMost, figure, medians, table } from "./table.ts";

const READERS = 64;

/** A reader, in MB. */
const TARGET = 1;

/** Memory is looked at so often, and is settled when it has not grown for so many looks. */
const LOOK = 250;
const LOOKS = 12;
const MOST_LOOKS = 120;

/** Segments that were read before: what a server takes to serve one is not counted. */
const WARM_UP = 40;

/** In bytes: a segment; the memory before, while all are stalled, and after they have read. */
type Memory = Record<"size" | "before" | "stalled" | "after", number>;

export const stalled: Section = {
  name: "stalled",
  title: `${READERS} readers that stall, one worker`,
  needs: ["proc", "ffmpeg"],
  likes: [],
  titles: ["wide"],
  async run(bench) {
    const rounds: Memory[] = [];
    for (let round = 0; round < bench.rounds; round++) {
      bench.say(`stalled readers, round ${round + 1}`);
      rounds.push(await stall(bench));
    }
    const { size, before, stalled, after } = medians(rounds);
    bench.print(table([
      [
        "segment, MB",
        "resident before, MB",
        "while they stall",
        "when they have read",
        "MB a reader",
      ],
      [
        ...[size, before, stalled, after].map((bytes) => figure(bytes / 1e6)),
        atMost((stalled - before) / READERS / 1e6, TARGET),
      ],
    ]));
  },
};

async function stall(bench: Bench): Promise<Memory> {
  await using ams = await startAms(bench);
  using first = await Client.connect(ams.port);
  const [video] = await renditions(first, "wide");
  const paths = video!.cmaf.slice(0, -1); // the last one is shorter
  for (let i = 0; i < WARM_UP; i++) await first.get(paths[i % paths.length]!);
  await pause(LOOK * LOOKS);
  const before = residentMemory(ams.pid);
  using readers = new DisposableStack();
  const clients: Client[] = [];
  for (let i = 0; i < READERS; i++) {
    clients.push(readers.use(await Client.connect(ams.port)));
    await clients[i]!.send(paths[i % paths.length]!);
  }
  const stalled = await settledMemory(ams.pid);
  let size = 0;
  for (const client of clients) size += (await client.receive()).body.length; // all of it comes
  return { size: size / READERS, before, stalled, after: residentMemory(ams.pid) };
}

/** The most that was seen, when it grows no further. */
async function settledMemory(pid: number): Promise<number> {
  let [most, quiet] = [0, 0];
  for (let look = 0; look < MOST_LOOKS && quiet < LOOKS; look++) {
    await pause(LOOK);
    const now = residentMemory(pid);
    quiet = now > most * 1.001 ? 0 : quiet + 1;
    most = Math.max(most, now);
  }
  return most;
}
