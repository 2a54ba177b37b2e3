import { assertEquals } from "@std/assert";
import { SOURCE_USAGE, SourceUsage } from "../lib/source_usage.ts";

Deno.test("SourceUsage measures the time in which something is waited for, once", () => {
  const usage = new SourceUsage();
  usage.begin(10);
  usage.begin(20);
  usage.end(30);
  usage.end(50);
  usage.begin(100);
  usage.end(101);
  assertEquals(usage.ms, 41);
});

Deno.test("SOURCE_USAGE follows what waits", async () => {
  const [first, second] = [new SourceUsage(), new SourceUsage()];
  const work = async (bytes: number) => {
    await Promise.resolve();
    SOURCE_USAGE.getStore()!.add({ requests: 1, bytes });
  };
  await Promise.all([
    SOURCE_USAGE.run(first, () => work(1)),
    SOURCE_USAGE.run(second, () => work(2)),
    SOURCE_USAGE.run(first, () => work(4)),
  ]);
  assertEquals([first.requests, first.bytes], [2, 5]);
  assertEquals([second.requests, second.bytes], [1, 2]);
});
