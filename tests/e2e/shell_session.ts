/** Runs commands of a document as a reader would: in terminals, in a copy of the repository. */

import { cp } from "node:fs/promises";
import { fromFileUrl, join } from "@std/path";
import { freePort } from "../free_port.ts";
import { collectText, getCommandLine } from "./ams.ts";

const REPOSITORY = fromFileUrl(new URL("../../", import.meta.url));

/** Files that are not in a clone, and its history. */
const NOT_COPIED = /\/(\.git|\.coverage|node_modules|dist|out)$/;

/** The port that documents use for `ams`. */
const PORT = 8080;

/** For a block to end, or for a server to print its address. In milliseconds. */
const TIMEOUT = 300_000;

/** For a process to end by itself before it is killed. In milliseconds. */
const GRACE = 10_000;

/** Of a server that listens; amspackager also prints an address, of one to start. */
const ADDRESS = /(?<=^(?:\S+ Serving .* at |Open ))https?:\/\/(?:localhost|127\.0\.0\.1):\d+/m;

/** Output of a command that received an error response. */
const ERROR = /"status":"ERROR"/;

/**
 * A shell whose working directory lasts from block to block. `await using` stops its servers and removes the copy.
 *
 * Commands see the repository as a reader does who has `deno`, `ams` and `amspackager` on PATH.
 */
export class ShellSession implements AsyncDisposable {
  readonly #directory: string;
  readonly #port = freePort();
  readonly #servers: Deno.ChildProcess[] = [];
  #workingDirectory: string;

  /**
   * @param start working directory of the first block, relative to the root of the repository
   */
  static async open(start: string): Promise<ShellSession> {
    const directory = await Deno.makeTempDir({ prefix: "ams-shell-" });
    const filter = (path: string) => !NOT_COPIED.test(path);
    await cp(REPOSITORY, join(directory, "ams"), { recursive: true, filter });
    await Deno.mkdir(join(directory, "bin"));
    await writeCommand(join(directory, "bin", "deno"), [Deno.execPath()]);
    for (const name of ["ams", "amspackager"] as const) {
      await writeCommand(join(directory, "bin", name), getCommandLine(name));
    }
    return new ShellSession(directory, start);
  }

  private constructor(directory: string, start: string) {
    this.#directory = directory;
    this.#workingDirectory = join(directory, "ams", start);
  }

  /** The text with the port of this session: that of `-p`, and of URLs. */
  withPort(text: string): string {
    return text.replaceAll(
      new RegExp(`(-p |(?:localhost|127\\.0\\.0\\.1):)${PORT}\\b`, "g"),
      `$1${this.#port}`,
    );
  }

  /**
   * Runs a block to its end. A server counts as run once it prints its address; it stays until the session ends.
   *
   * @throws Error with the output, when a command fails, prints an error response, or takes too long
   */
  async run(block: string): Promise<void> {
    const process = this.#spawn(block);
    const output = collectText(process.stdout, process.stderr);
    const address = await output.first(ADDRESS, TIMEOUT);
    if (address) {
      this.#servers.push(process);
      const response = await fetch(address, { headers: { accept: "text/html" } });
      await response.body?.cancel();
      if (!response.ok) {
        throw new Error(`Cannot get ${address}: status ${response.status}, ${output.text()}`);
      }
      return;
    }
    const { success } = await waitForEnd(process);
    await output.ended;
    if (!success || ERROR.test(output.text())) {
      throw new Error(`Cannot run:\n${block}\n${output.text()}`);
    }
    this.#workingDirectory = Deno.readTextFileSync(this.#workingDirectoryFile).trim();
  }

  get #workingDirectoryFile(): string {
    return join(this.#directory, "working_directory");
  }

  #spawn(block: string): Deno.ChildProcess {
    const script = `set -eu -o pipefail\ntrap 'pwd >"$OUTPUT_DIRECTORY"' EXIT\n${
      this.withPort(block)
    }`;
    const paths = [join(this.#directory, "installed", "bin"), join(this.#directory, "bin")];
    return new Deno.Command("bash", {
      args: ["-c", script],
      cwd: this.#workingDirectory,
      env: {
        PATH: [...paths, Deno.env.get("PATH")].join(":"),
        DENO_INSTALL_ROOT: join(this.#directory, "installed"),
        NO_COLOR: "1",
        OUTPUT_DIRECTORY: this.#workingDirectoryFile,
      },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
      detached: true, // a process group of its own, which ends as a whole
    }).spawn();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#servers.map((server) => {
      signalGroup(server, "SIGTERM");
      return waitForEnd(server);
    }));
    await Deno.remove(this.#directory, { recursive: true });
  }
}

/** Resolves when a process that is about to end has ended; kills its group if it does not. */
async function waitForEnd(process: Deno.ChildProcess): Promise<Deno.CommandStatus> {
  const timer = setTimeout(() => signalGroup(process, "SIGKILL"), GRACE);
  const status = await process.status;
  clearTimeout(timer);
  return status;
}

function signalGroup({ pid }: Deno.ChildProcess, signal: Deno.Signal): void {
  try {
    Deno.kill(-pid, signal);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error; // it has ended
  }
}

/** A command on PATH that runs a command line with further arguments. */
async function writeCommand(path: string, commandLine: readonly string[]): Promise<void> {
  const words = commandLine.map((word) => `'${word}'`).join(" ");
  await Deno.writeTextFile(path, `#!/bin/sh\nexec ${words} "$@"\n`, { mode: 0o755 });
}
