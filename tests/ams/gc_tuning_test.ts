import { assert, assertEquals } from "@std/assert";

const MODULE = new URL("../../lib/ams/gc_tuning.ts", import.meta.url).href;

/** In a process of its own: what it takes is taken by nothing else. */
const SCRIPT = `
  const { holdBallast, keepFreedMemory } = await import("${MODULE}");
  const before = Deno.memoryUsage().rss;
  holdBallast();
  await keepFreedMemory();
  const { rss, external } = Deno.memoryUsage();
  console.log(rss - before, external);
`;

Deno.test("holdBallast() and keepFreedMemory() hold buffers that take next to no memory", async () => {
  const command = new Deno.Command(Deno.execPath(), { args: ["eval", "--no-lock", SCRIPT] });
  const { success, stdout, stderr } = await command.output();
  assertEquals(new TextDecoder().decode(stderr), "");
  assert(success);
  const [taken, held] = new TextDecoder().decode(stdout).split(" ").map(Number);
  assert(taken! < 100 * 2 ** 20, `${taken} bytes`);
  assert(held! > 2 ** 28, `${held} bytes`); // 1 GB, or less where the system promises less
});
