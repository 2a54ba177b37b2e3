/** Temporary directory and child processes of a run. Both are cleaned up when the run ends, also by a signal. */

import { join } from "@std/path";

/** Time from SIGTERM to SIGKILL. */
const MAX_STOP_MS = 15_000;

export interface ProcessOptions {
  /** Working directory; defaults to that of the bench. */
  readonly cwd?: string;
  /** File that its output is appended to. */
  readonly log: string;
}

export class TempWorkspace implements AsyncDisposable {
  readonly directory = Deno.makeTempDirSync({ prefix: "ams-bench-" });
  readonly #processes = new Set<Deno.ChildProcess>();
  #disposed: Promise<void> | undefined;

  /** False once it is being disposed. */
  get running(): boolean {
    return !this.#disposed;
  }

  /** Path in the directory. */
  path(...names: string[]): string {
    return join(this.directory, ...names);
  }

  /**
   * Starts a process in the background. A shell opens the log file, then replaces itself by the process, which has the
   * same ID and writes to the file directly.
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
   * Runs a command to its end.
   *
   * @returns its standard output
   * @throws Error with its standard error when it fails
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
    const message = new TextDecoder().decode(stderr).trim();
    throw new Error(`Cannot run ${command} ${args.join(" ")}: ${message}`);
  }

  /** Resolves when the process has ended. */
  async stop(process: Deno.ChildProcess): Promise<void> {
    if (!this.#processes.has(process)) return;
    kill(process, "SIGTERM");
    const timer = setTimeout(() => kill(process, "SIGKILL"), MAX_STOP_MS);
    await process.status;
    clearTimeout(timer);
  }

  /** Stops every process and removes the directory. */
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

/** Ignores a process that has ended. */
function kill(process: Deno.ChildProcess, signal: Deno.Signal): void {
  try {
    process.kill(signal);
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof Deno.errors.NotFound)) throw error;
  }
}
