import { assertEquals } from "@std/assert";
import { describeMissing, findTools } from "./tools.ts";

Deno.test("findTools() finds a tool in a folder of the path, and no folder of its name", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.mkdir(`${folder}/a/wrk`, { recursive: true });
    await Deno.mkdir(`${folder}/b`);
    await Deno.writeTextFile(`${folder}/b/wrk`, "");
    const tools = findTools(`${folder}/none:${folder}/a:${folder}/b`);
    assertEquals(tools.get("wrk"), `${folder}/b/wrk`);
    assertEquals(tools.has("ffmpeg"), false);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("missing() names tools that are not there, with their package", () => {
  const tools = new Map([["wrk", "/usr/bin/wrk"]] as const);
  assertEquals(describeMissing(tools, ["wrk"]), "");
  const text = describeMissing(tools, ["wrk", "nginx", "proc"]);
  assertEquals(text, "nginx (Debian: nginx-core), /proc (Linux)");
});
