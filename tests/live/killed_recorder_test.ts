import { assert, assertEquals } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { ArchiveWriter } from "../../lib/archive/archive_writer.ts";
import { LocalArchive } from "../../lib/live/recording/local_archive.ts";
import { readSamples } from "../archive/recording.ts";

const ROOT = fromFileUrl(new URL("../../", import.meta.url));

const MIN_LINES = 200;

/** Kills a recorder when it has acknowledged some chunks, and returns all that it has acknowledged. */
async function recordAndKill(directory: string): Promise<string[]> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-check", "--no-lock", "-A", "tests/live/killed_recorder.ts", directory],
    cwd: ROOT,
    stdout: "piped",
  }).spawn();
  let text = "";
  let isKilled = false;
  for await (const part of child.stdout.pipeThrough(new TextDecoderStream())) {
    text += part;
    if (isKilled || text.split("\n").length < MIN_LINES) continue;
    child.kill("SIGKILL");
    isKilled = true;
  }
  await child.status;
  return text.split("\n").slice(0, -1); // the last line may have broken off
}

Deno.test("ArchiveWriter has what a process acknowledged that was killed", async () => {
  const directory = await Deno.makeTempDir();
  try {
    const path = join(directory, "news.live");
    const acknowledged = await recordAndKill(path);
    assert(acknowledged.length >= MIN_LINES - 1);
    const archive = LocalArchive.open(path);
    const writer = ArchiveWriter.open(archive);
    const stored = readSamples(archive);
    assertEquals(stored.slice(0, acknowledged.length), acknowledged);
    assert(stored.length <= acknowledged.length + 2); // the chunk under way, and the line that broke off
    assertEquals(writer.last?.progress.isClosed, true);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});
