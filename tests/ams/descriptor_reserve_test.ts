import { assertEquals } from "@std/assert";
import { DescriptorReserve } from "../../lib/ams/descriptor_reserve.ts";

/** A process that may have so many files open. */
function setUp(limit: number) {
  const process = { used: 0 };
  const open = () => {
    if (process.used === limit) return undefined;
    process.used++;
    return { [Symbol.dispose]: () => void process.used-- };
  };
  const reserve = new DescriptorReserve(open, 8);
  const check = (clients: number) => {
    process.used += clients;
    const supply = reserve.check();
    const own = process.used - clients;
    process.used -= clients;
    return [supply, own];
  };
  return { reserve, process, check };
}

Deno.test("DescriptorReserve.check() releases the reserve when all others are in use", () => {
  const { reserve, process, check } = setUp(20);
  assertEquals(process.used, 8);
  const steps: [clients: number, supply: string, held: number][] = [
    [0, "enough", 8],
    [11, "enough", 8],
    [12, "few", 0],
    [15, "few", 0],
    [16, "none", 0],
    [20, "none", 0],
    [15, "few", 0],
    [12, "few", 0], // the reserve and nothing else
    [11, "enough", 8],
  ];
  for (const [clients, ...expected] of steps) {
    assertEquals([clients, ...check(clients)], [
      clients,
      ...expected,
    ]);
  }
  reserve[Symbol.dispose]();
  assertEquals(process.used, 0);
});

Deno.test("DescriptorReserve takes what a process with a low limit has", () => {
  const { check } = setUp(5);
  assertEquals(check(0), ["few", 0]);
});
