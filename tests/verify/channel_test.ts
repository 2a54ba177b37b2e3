import { assertEquals } from "@std/assert";
import { openVerifiedChannel } from "../../lib/verify/channel.ts";
import { recordArchive } from "./archive/recorded_archive.ts";
import { withChannel } from "./archive/written_channel.ts";

/** Runs work while each look at the clock takes 100 ms, as on a device that is slow. */
async function withSlowClock(work: () => Promise<void>): Promise<void> {
  const { now } = performance;
  let time = now.call(performance);
  performance.now = () => time += 100;
  try {
    await work();
  } finally {
    performance.now = now;
  }
}

Deno.test("openVerifiedChannel() reads media at once, however slow the disk is", async () => {
  const archive = await recordArchive();
  await withChannel(archive, (file) =>
    withSlowClock(async () => {
      using channel = await openVerifiedChannel(file);
      const { views } = await channel!.openManifests();
      const renditions = views!.listed.periods.flatMap(({ presentation }) => [
        ...presentation.renditions.values(),
      ]);
      const sources = renditions.map((it) => it.type !== "text" && it.source.synchronous);
      assertEquals(sources, renditions.map(() => true));
    }));
});
