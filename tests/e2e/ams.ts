/** The two commands as a user runs them: on a document root of their own, on a free port. */

import { fromFileUrl, join } from "@std/path";

const REPOSITORY = fromFileUrl(new URL("../../", import.meta.url));
export const TESTDATA = join(REPOSITORY, "testdata");

/** The commands, which deno.json has a permission set for each. */
const SCRIPTS = { ams: "main.ts", amspackager: "packager.ts" };

/** A start that takes longer has failed. In milliseconds. */
const MAX_START_MS = 60_000;

/**
 * Runs amspackager in a folder.
 *
 * @throws Error with what it says, when it fails
 */
export async function amspackager(folder: string, ...args: string[]): Promise<string> {
  const command = deno(folder, "amspackager", args);
  const { success, stdout, stderr } = await command.output();
  const said = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  if (!success) throw new Error(`Cannot run amspackager ${args.join(" ")}: ${said}`);
  return said;
}

/** A running ams: `await using` stops it. */
export interface Ams extends AsyncDisposable {
  /** Without a slash at the end. */
  readonly url: string;
  /** What it has said so far. */
  readonly log: () => string;
  /** Of its process. */
  readonly pid: number;
}

/**
 * Starts ams.
 *
 * @param root document root
 * @param args more flags
 * @throws Error with what it says, when it ends, or names no address within a minute
 */
export async function startAms(root: string, ...args: string[]): Promise<Ams> {
  const address = ["-d", root, "-p", "0", "--host", "127.0.0.1"];
  const process = deno(root, "ams", [...address, ...args]).spawn();
  const log = collectText(process.stdout, process.stderr);
  let running = true;
  process.status.then(() => running = false);
  const stop = async () => {
    if (running) process.kill("SIGTERM");
    await process.status;
    await log.ended;
  };
  const found = await log.first(/http:\/\/127\.0\.0\.1:[1-9]\d*/, MAX_START_MS);
  if (!found) {
    await stop();
    throw new Error(`Cannot start ams: ${log.text()}`);
  }
  return { url: found, log: log.text, pid: process.pid, [Symbol.asyncDispose]: stop };
}

function deno(cwd: string, name: keyof typeof SCRIPTS, args: string[]): Deno.Command {
  const [command, ...first] = getCommandLine(name);
  return new Deno.Command(command!, {
    args: [...first, ...args],
    cwd,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    env: { NO_COLOR: "1" },
  });
}

/** What runs a command from this clone, wherever that is, with its permissions alone. */
export function getCommandLine(name: keyof typeof SCRIPTS): string[] {
  const config = ["--config", join(REPOSITORY, "deno.json")];
  return [Deno.execPath(), "run", ...config, `-P=${name}`, join(REPOSITORY, SCRIPTS[name])];
}

/** Gathers the text of streams, and can be waited on for a match. */
export function collectText(...streams: ReadableStream<Uint8Array>[]) {
  let text = "";
  let heard = () => {};
  const read = async (stream: ReadableStream<Uint8Array>) => {
    for await (const part of stream.pipeThrough(new TextDecoderStream())) {
      text += part;
      heard();
    }
  };
  const ended = Promise.all(streams.map(read));
  return {
    text: () => text,
    ended,
    /** The first match; nothing when the streams end or time passes without one. */
    async first(pattern: RegExp, milliseconds: number): Promise<string | undefined> {
      const { promise, resolve } = Promise.withResolvers<void>();
      const look = () => {
        if (pattern.test(text)) resolve();
      };
      heard = look;
      look();
      const timer = setTimeout(resolve, milliseconds);
      await Promise.race([promise, ended]);
      clearTimeout(timer);
      return text.match(pattern)?.[0];
    },
  };
}
