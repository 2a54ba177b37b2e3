import { assertEquals } from "@std/assert";
import { describeMissing, findTools } from "./tools.ts";

Deno.test("findTools() finds a file in a directory of PATH, and skips directories of its name", async () => {
  const directory = await Deno.makeTempDir();
  try {
    await Deno.mkdir(`${directory}/a/wrk`, { recursive: true });
    await Deno.mkdir(`${directory}/b`);
    await Deno.writeTextFile(`${directory}/b/wrk`, "");
    const tools = findTools(`${directory}/none:${directory}/a:${directory}/b`);
    assertEquals(tools.get("wrk"), `${directory}/b/wrk`);
    assertEquals(tools.has("ffmpeg"), false);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test("describeMissing() lists missing tools with their packages", () => {
  const tools = new Map([["wrk", "/usr/bin/wrk"]] as const);
  assertEquals(describeMissing(tools, ["wrk"]), "");
  const text = describeMissing(tools, ["wrk", "nginx", "proc"]);
  assertEquals(text, "nginx (Debian: nginx-core), /proc (Linux)");
});
