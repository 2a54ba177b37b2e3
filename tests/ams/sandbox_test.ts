/** What the main thread may write, by its options. The permissions of workers: worker_pool_test.ts and recorder_service_test.ts. */

import { assertEquals } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { REPOSITORY } from "../ams_process.ts";

const SCRIPT = fromFileUrl(new URL("./writing_process.ts", import.meta.url));

async function run(...args: string[]) {
  const directory = Deno.realPathSync(Deno.makeTempDirSync());
  try {
    const permissions = ["--config", join(REPOSITORY, "deno.json"), "-P=ams"];
    const { stdout } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--no-prompt", ...permissions, SCRIPT, join(directory, "file"), ...args],
      cwd: directory,
      env: { NO_COLOR: "1" },
      stderr: "null",
    }).output();
    const lines = new TextDecoder().decode(stdout).split("\n");
    const entries = [...Deno.readDirSync(directory)].map(({ name }) => name).sort();
    const [readable] = lines.filter((line) => line.startsWith("readable at the end: "));
    return {
      results: lines.filter((line) => /^(written|NotCapable)/.test(line)),
      entries,
      readable: readable?.replace(/^.*: /, ""),
    };
  } finally {
    Deno.removeSync(directory, { recursive: true });
  }
}

const SERVE = ["--host", "127.0.0.1", "-p", "0", "--workers", "1"];

Deno.test("the main thread cannot write files without --ingest", async () => {
  const { results, entries } = await run(...SERVE);
  assertEquals(results, ["NotCapable", "NotCapable at the end"]);
  assertEquals(entries, []);
  for (const args of [["--version"], ["--help"], ["token"], ["check", "--no-files"]]) {
    assertEquals((await run(...args)).results, ["NotCapable at the end"], args.join(" "));
  }
});

Deno.test("the main thread may write files with a socket, so that a worker may", async () => {
  const directory = Deno.makeTempDirSync();
  const { results } = await run("--host", `unix:${join(directory, "ams.sock")}`);
  Deno.removeSync(directory, { recursive: true });
  assertEquals(results, ["written", "written at the end"]);
});

Deno.test("the main thread may write files with --ingest, so that a recorder may", async () => {
  const { results, entries } = await run(...SERVE, "--ingest", "127.0.0.1:0");
  assertEquals(results, ["written", "written at the end"]);
  assertEquals(entries, ["file", "live"]);
});

Deno.test("the main thread may write files with --source-disk, so that a storage worker may", async () => {
  const directory = Deno.makeTempDirSync();
  const args = ["--source-disk", directory, "--mount", "/far=http://127.0.0.1:1/"];
  const { results } = await run(...SERVE, ...args);
  Deno.removeSync(directory, { recursive: true });
  assertEquals(results, ["written", "written", "written at the end"]); // once for each mount
});

Deno.test("the main thread can find credentials only with a bucket that needs some", async () => {
  const read = async (...args: string[]) => Number((await run(...args)).readable);
  const bucket = ["--mount", "/vod=s3://media?endpoint=http://127.0.0.1:1"];
  const open = ["--mount", "/vod=s3://media?endpoint=http://127.0.0.1:1&credentials=anonymous"];
  assertEquals(await read(...SERVE, ...bucket), 3);
  for (const args of [SERVE, [...SERVE, ...open], ["--help"], ["token"], ["check", ...open]]) {
    assertEquals(await read(...args), 0, args.join(" "));
  }
});
