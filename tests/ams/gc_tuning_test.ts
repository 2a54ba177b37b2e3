import { assert, assertEquals } from "@std/assert";

const MODULE = new URL("../../lib/ams/gc_tuning.ts", import.meta.url).href;

/** Runs in a separate process, so that nothing else allocates memory. */
const SCRIPT = `
  const { allocateBallast, retainFreedMemory } = await import("${MODULE}");
  const before = Deno.memoryUsage().rss;
  allocateBallast();
  await retainFreedMemory();
  const { rss, external } = Deno.memoryUsage();
  console.log(rss - before, external);
`;

Deno.test("allocateBallast() and retainFreedMemory() allocate buffers that take hardly any physical memory", async () => {
  const command = new Deno.Command(Deno.execPath(), { args: ["eval", "--no-lock", SCRIPT] });
  const { success, stdout, stderr } = await command.output();
  assertEquals(new TextDecoder().decode(stderr), "");
  assert(success);
  const [resident, external] = new TextDecoder().decode(stdout).split(" ").map(Number);
  assert(resident! < 100 * 2 ** 20, `${resident} bytes`);
  assert(external! > 2 ** 28, `${external} bytes`); // 1 GB, or less without overcommitment
});
