/** The commands of ffmpeg that `amspackager channel` prints, and those of docs/live-encoders.md, publish all frames to a channel. */

import { assertAlmostEquals, assertEquals } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { codeBlocks, documentText } from "../../documents.ts";
import { eventually } from "../../eventually.ts";
import { readPeriods } from "../../mpd.ts";
import { amspackager, startAms } from "../ams.ts";
import { readPackets } from "../ffmpeg.ts";
import { startLiveAms, untilOver } from "../live_channel.ts";
import { createTemporaryDirectory } from "../temporary_directory.ts";

const KEY = "live-commands-key-0123456789";

const SECONDS = 9;
const FRAME_RATE = 25;

/** Audio in two languages; commands without `-map` send the first. */
const INPUT = [
  ...["-f", "lavfi", "-i", `testsrc2=s=320x180:r=${FRAME_RATE}`],
  ...["-f", "lavfi", "-i", "sine=r=48000", "-f", "lavfi", "-i", "sine=f=660:r=48000"],
  ...["-map", "0", "-map", "1", "-map", "2", "-t", `${SECONDS}`],
  ...["-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p", "-c:a", "aac"],
];

const PRINTED = 6;

interface Command {
  /** Of a channel of its own. */
  readonly channel: string;
  /** For a shell. */
  readonly text: string;
}

Deno.test("commands of ffmpeg publish as printed and as documented", async (t) => {
  using temporary = createTemporaryDirectory();
  const [root, file] = [join(temporary.path, "root"), join(temporary.path, "input.mp4")];
  await Deno.mkdir(root);
  await runShell(`ffmpeg -nostdin -v error ${INPUT.join(" ")} ${file}`);
  const printed = await readPrinted(root);
  const documented = await readDocumented(root);
  assertEquals(printed.length, PRINTED);
  await using ams = await startLiveAms(root);
  await using tls = await startTlsAms(root);
  const addresses = {
    "INPUT": file,
    "HOST:1935": await findAddress(ams.log, "http"),
    "HOST:1936": await findAddress(tls.log, "https"),
  };
  const runs = [...printed, ...documented].map(({ channel, text }) => ({
    channel,
    text,
    done: runShell(replaceAll(text, addresses).replace("ffmpeg", "ffmpeg -nostdin -v error")),
  }));
  await Promise.allSettled(runs.map(({ done }) => done));
  for (const { channel, text, done } of runs) {
    await t.step(text, async () => {
      await done;
      await checkBroadcast(`${ams.url}/live/${channel}.json`, {
        archive: join(root, "live", `${channel}.live`),
        names: listRenditions(text),
      });
    });
  }
});

/** Creates a channel for each command that `amspackager channel` prints. */
async function readPrinted(root: string): Promise<Command[]> {
  return await Promise.all(Array.from({ length: PRINTED }, async (_, i) => {
    const channel = `printed-${i}`;
    const output = await createChannel(root, channel);
    const lines = output.split("\n").filter((line) => line.startsWith("  ffmpeg "));
    assertEquals(lines.length, PRINTED);
    return { channel, text: lines[i]!.trim() };
  }));
}

/** Creates a channel for each command of the document that reads `INPUT`. */
async function readDocumented(root: string): Promise<Command[]> {
  const blocks = codeBlocks(documentText("docs/live-encoders.md"));
  const commands = blocks.filter(({ text }) => /^ffmpeg .*-i INPUT/.test(text));
  return await Promise.all(commands.map(async ({ text }, i) => {
    const channel = `documented-${i}`;
    await createChannel(root, channel);
    return { channel, text: replaceAll(text, { "live/news": `live/${channel}`, KEY }) };
  }));
}

function createChannel(root: string, name: string): Promise<string> {
  return amspackager(root, "channel", "-o", `live/${name}.json`, "--key", KEY);
}

function startTlsAms(root: string) {
  const [cert, key] = ["cert.pem", "key.pem"].map((name) =>
    fromFileUrl(new URL(`../../http/tls/${name}`, import.meta.url))
  ) as [string, string];
  return startAms(root, "--cert", cert, "--key", key, "--ingest-tls", "127.0.0.1:0");
}

async function findAddress(log: () => string, scheme: string): Promise<string> {
  const line = new RegExp(`publishers at ${scheme}://(127\\.0\\.0\\.1:\\d+)`);
  await eventually(() => line.test(log()), "ams listens for publishers");
  return line.exec(log())![1]!;
}

function replaceAll(text: string, values: Readonly<Record<string, string>>): string {
  return Object.entries(values).reduce((text, [name, value]) => text.replaceAll(name, value), text);
}

/** @throws Error with what it wrote if it failed */
async function runShell(command: string): Promise<void> {
  const process = new Deno.Command("sh", {
    args: ["-c", command],
    stdin: "null",
    signal: AbortSignal.timeout(120_000),
  });
  const { success, stderr } = await process.output();
  if (!success) throw new Error(`${command}: ${new TextDecoder().decode(stderr)}`);
}

/** Names of renditions; of DASH push the IDs that ffmpeg gives its streams. */
function listRenditions(command: string): string[] {
  if (!command.includes("-f dash")) return ["feed-audio", "feed-video"];
  const count = command.match(/-map /g)?.length ?? 2;
  return Array.from({ length: count }, (_, i) => `${i}`);
}

/** Checks that the broadcast is over, and has all frames of the input in one period. */
async function checkBroadcast(
  url: string,
  { archive, names }: { readonly archive: string; readonly names: readonly string[] },
): Promise<void> {
  const periods = readPeriods(await untilOver(url), `${url}/.mpd`);
  assertEquals(periods.map(({ id }) => id), ["p1"]);
  const { representations } = periods[0]!;
  assertEquals(representations.map(({ id }) => id).sort(), names);
  for (const { id } of representations.filter(({ mimeType }) => mimeType === "video/mp4")) {
    const frames = await readPackets(join(archive, "00000001", `${id}.mp4`), "v:0");
    assertEquals(frames.length, SECONDS * FRAME_RATE, `frames of ${id}`);
    const times = frames.map(({ pts }) => pts);
    assertAlmostEquals(Math.max(...times) - Math.min(...times), SECONDS - 1 / FRAME_RATE, 0.002);
  }
}
