import { createHash } from "node:crypto";
import { join } from "@std/path";
import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { UsageError } from "../../lib/cli/usage_error.ts";
import { parseChannelFile } from "../../lib/package/channel_file.ts";
import { OutputError } from "../../lib/packager/atomic_write.ts";
import { channelCommand } from "../../lib/packager/channel_command.ts";

const KEY = "0123456789abcdef01234567";

async function run(args: readonly string[], createKey?: () => string): Promise<string[]> {
  const lines: string[] = [];
  const out = {
    line: (text: string) => lines.push(text),
    warn: (text: string) => lines.push(text),
  };
  await channelCommand(args, out, { version: "1", ...createKey && { createKey } });
  return lines;
}

async function inDirectory(work: (directory: string) => Promise<void>): Promise<void> {
  const directory = await Deno.makeTempDir();
  try {
    await Deno.mkdir(join(directory, "live"));
    await work(join(directory, "live"));
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

Deno.test("channelCommand() writes a channel with the digest of its key, and prints the key and all URLs", async () => {
  await inDirectory(async (directory) => {
    const file = join(directory, "news.json");
    const lines = await run(["-o", file, "-d", "2", "--label", "News"], () => KEY);
    const text = await Deno.readTextFile(file);
    const channel = parseChannelFile(text);
    assertEquals([channel.segmentDuration, channel.label, channel.clearKeys], [2, "News", []]);
    const digest = createHash("sha256").update(KEY).digest("hex");
    assertEquals(channel.publishers, [{ name: "main", key: `sha256:${digest}` }]);
    assertEquals(text.includes(KEY), false);
    assertEquals(lines[0], `-- Creating channel file '${file}'`);
    const printed = lines.join("\n");
    for (
      const part of [
        `http://HOST:1935/live/news.json/${KEY}/feed.mp4`,
        `http://HOST:1935/live/news.isml/${KEY}/Streams(feed)`,
        `  rtmp://HOST:1935/live/news\n  ${KEY}\n`,
        "expr:gte(t,n_forced*2)",
        "http://HOST/live/news.json/.mpd",
        "http://HOST/live/news.json/Manifest",
      ]
    ) assert(printed.includes(part), part);
    assertEquals(lines.filter((line) => line.startsWith("  ffmpeg -re")).length, 6);
  });
});

Deno.test("channelCommand() makes a random key of 24 characters, or uses --key", async () => {
  await inDirectory(async (directory) => {
    const keys = new Set<string>();
    for (const name of ["a.json", "b.json"]) {
      const [, line] = await run(["-o", join(directory, name)]);
      assertMatch(line!, /^ {3}stream key [A-Za-z0-9_-]{24}: it is not stored/);
      keys.add(line!);
    }
    assertEquals(keys.size, 2);
    const lines = await run(["-o", join(directory, "c.json"), "--key", `${KEY}_`]);
    assert(lines[1]!.includes(`${KEY}_:`));
  });
});

Deno.test("channelCommand() creates the directory of channels", async () => {
  await inDirectory(async (directory) => {
    const file = join(directory, "channels", "news.json");
    await run(["-o", file]);
    parseChannelFile(await Deno.readTextFile(file));
  });
});

Deno.test("channelCommand() overwrites nothing", async () => {
  await inDirectory(async (directory) => {
    const file = join(directory, "news.json");
    await Deno.writeTextFile(file, "{}");
    await assertRejects(() => run(["-o", file]), OutputError, "it exists");
    assertEquals(await Deno.readTextFile(file), "{}");
    await assertRejects(() => run(["-o", join(directory, "news.txt")]), UsageError, ".json");
    await assertRejects(
      () => run(["-o", join(directory, "none", "none", "news.json")]),
      OutputError,
      "its directory does not exist",
    );
  });
});
