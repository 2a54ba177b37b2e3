/** Runs the two commands as users do: on a document root of their own, on a free port. */

import { fromFileUrl, join } from "@std/path";

const REPOSITORY = fromFileUrl(new URL("../../", import.meta.url));
export const TESTDATA = join(REPOSITORY, "testdata");

/** Script of each command. deno.json has a permission set of the same name. */
const SCRIPTS = { ams: "main.ts", amspackager: "packager.ts" };

/** Maximum time until ams prints its address. */
const MAX_START_MS = 60_000;

/**
 * Runs amspackager in a directory.
 *
 * @throws Error with its output when it fails
 */
export async function amspackager(directory: string, ...args: string[]): Promise<string> {
  const command = deno(directory, "amspackager", args);
  const { success, stdout, stderr } = await command.output();
  const output = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  if (!success) throw new Error(`Cannot run amspackager ${args.join(" ")}: ${output}`);
  return output;
}

/** A running ams: `await using` stops it. */
export interface Ams extends AsyncDisposable {
  /** Without a trailing slash. */
  readonly url: string;
  /** Its output so far. */
  readonly log: () => string;
  /** Process ID. */
  readonly pid: number;
}

/**
 * Starts ams.
 *
 * @param root document root
 * @param args further flags
 * @throws Error with its output when it ends, or prints no address within a minute
 */
export function startAms(root: string, ...args: string[]): Promise<Ams> {
  return start(deno(root, "ams", [...toAddress(root, args), ...args]));
}

/** Starts an ams that may have so many files open. */
export function startLimitedAms(root: string, files: number, ...args: string[]): Promise<Ams> {
  const limit = ["sh", "-c", `ulimit -n ${files} && exec "$@"`, "sh"];
  return start(deno(root, "ams", [...toAddress(root, args), ...args], limit));
}

function toAddress(root: string, args: readonly string[]): string[] {
  const port = args.includes("-p") ? [] : ["-p", "0"];
  return ["-d", root, ...port, "--host", "127.0.0.1"];
}

async function start(ams: Deno.Command): Promise<Ams> {
  const process = ams.spawn();
  const log = collectText(process.stdout, process.stderr);
  let running = true;
  process.status.then(() => running = false);
  const stop = async () => {
    if (running) process.kill("SIGTERM");
    await process.status;
    await log.ended;
  };
  const found = await log.first(
    /(?<=Serving .* at )https?:\/\/127\.0\.0\.1:[1-9]\d*/,
    MAX_START_MS,
  );
  if (!found) {
    await stop();
    throw new Error(`Cannot start ams: ${log.text()}`);
  }
  return { url: found, log: log.text, pid: process.pid, [Symbol.asyncDispose]: stop };
}

function deno(
  cwd: string,
  name: keyof typeof SCRIPTS,
  args: string[],
  prefix: string[] = [],
): Deno.Command {
  const [command, ...first] = [...prefix, ...getCommandLine(name)];
  return new Deno.Command(command!, {
    args: [...first, ...args],
    cwd,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    env: { NO_COLOR: "1" },
  });
}

/** Command line that runs a command from a clone, by default this one, with only its permissions. */
export function getCommandLine(name: keyof typeof SCRIPTS, clone = REPOSITORY): string[] {
  const config = ["--config", join(clone, "deno.json")];
  return [Deno.execPath(), "run", ...config, `-P=${name}`, join(clone, SCRIPTS[name])];
}

/** Collects the text of streams, and waits for matches. */
export function collectText(...streams: ReadableStream<Uint8Array>[]) {
  let text = "";
  let onText = () => {};
  const read = async (stream: ReadableStream<Uint8Array>) => {
    for await (const part of stream.pipeThrough(new TextDecoderStream())) {
      text += part;
      onText();
    }
  };
  const ended = Promise.all(streams.map(read));
  return {
    text: () => text,
    ended,
    /** Resolves to the first match; undefined when the streams end, or after a timeout. */
    async first(pattern: RegExp, milliseconds: number): Promise<string | undefined> {
      const { promise, resolve } = Promise.withResolvers<void>();
      const test = () => {
        if (pattern.test(text)) resolve();
      };
      onText = test;
      test();
      const timer = setTimeout(resolve, milliseconds);
      await Promise.race([promise, ended]);
      clearTimeout(timer);
      return text.match(pattern)?.[0];
    },
  };
}
