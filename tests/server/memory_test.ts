import { assert, assertEquals } from "@std/assert";

const MODULE = new URL("../../lib/server/memory.ts", import.meta.url).href;

/** In a process of its own: what it takes is taken by nothing else. */
const SCRIPT = `
  const { holdBallast, keepFreedMemory } = await import("${MODULE}");
  const before = Deno.memoryUsage().rss;
  holdBallast();
  await keepFreedMemory();
  console.log(Deno.memoryUsage().rss - before);
`;

Deno.test("holdBallast() and keepFreedMemory() take next to no memory", async () => {
  const command = new Deno.Command(Deno.execPath(), { args: ["eval", "--no-lock", SCRIPT] });
  const { success, stdout, stderr } = await command.output();
  assertEquals(new TextDecoder().decode(stderr), "");
  assert(success);
  const taken = Number(new TextDecoder().decode(stdout));
  assert(taken < 100 * 2 ** 20, `${taken} bytes`);
});
