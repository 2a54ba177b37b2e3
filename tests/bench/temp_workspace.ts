/** What a run would leave behind: a folder and processes. All of it goes when the run ends, whichever way. */

import { join } from "@std/path";

/** A process that was told to stop has so long, then it is killed. In milliseconds. */
const MAX_STOP_MS = 15_000;

export interface ProcessOptions {
  /** Where it runs; otherwise where the bench does. */
  readonly cwd?: string;
  /** Where what it says goes, behind what is there already. */
  readonly log: string;
}

export class TempWorkspace implements AsyncDisposable {
  readonly directory = Deno.makeTempDirSync({ prefix: "ams-bench-" });
  readonly #processes = new Set<Deno.ChildProcess>();
  #disposed: Promise<void> | undefined;

  /** False when it is being cleared away. */
  get running(): boolean {
    return !this.#disposed;
  }

  /** @returns a path in the folder, which goes with it */
  path(...names: string[]): string {
    return join(this.directory, ...names);
  }

  /**
   * Starts what runs on. A shell in between opens the log, so that the process writes into the file by itself, and then
   * becomes the process: it is the one of the ID.
   */
  start([command, ...args]: readonly string[], { cwd, log }: ProcessOptions): Deno.ChildProcess {
    const script = 'exec "$@" >>"$0" 2>&1 </dev/null';
    return this.#spawn("sh", {
      args: ["-c", script, log, command!, ...args],
      ...(cwd !== undefined && { cwd }),
      stdin: "null",
      stdout: "null",
      stderr: "null",
      env: { NO_COLOR: "1" },
    });
  }

  /**
   * Runs what ends by itself.
   *
   * @returns what it says on stdout
   * @throws Error with what it says on stderr, when it fails
   */
  async run([command, ...args]: readonly string[], cwd = this.directory): Promise<string> {
    const process = this.#spawn(command!, {
      args,
      cwd,
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
      env: { NO_COLOR: "1" },
    });
    const { success, stdout, stderr } = await process.output();
    if (success) return new TextDecoder().decode(stdout);
    const said = new TextDecoder().decode(stderr).trim();
    throw new Error(`Cannot run ${command} ${args.join(" ")}: ${said}`);
  }

  /** Kept when the process has ended. */
  async stop(process: Deno.ChildProcess): Promise<void> {
    if (!this.#processes.has(process)) return;
    kill(process, "SIGTERM");
    const timer = setTimeout(() => kill(process, "SIGKILL"), MAX_STOP_MS);
    await process.status;
    clearTimeout(timer);
  }

  /** Ends every process and removes the folder. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.#disposed ??= this.#dispose();
  }

  async #dispose(): Promise<void> {
    await Promise.all([...this.#processes].map((process) => this.stop(process)));
    await Deno.remove(this.directory, { recursive: true });
  }

  #spawn(command: string, options: Deno.CommandOptions): Deno.ChildProcess {
    if (this.#disposed) throw new Error(`Cannot run ${command}: the bench is stopping`);
    const process = new Deno.Command(command, options).spawn();
    this.#processes.add(process);
    process.status.then(() => this.#processes.delete(process));
    return process;
  }
}

/** One that has ended meanwhile needs no signal. */
function kill(process: Deno.ChildProcess, signal: Deno.Signal): void {
  try {
    process.kill(signal);
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof Deno.errors.NotFound)) throw error;
  }
}
