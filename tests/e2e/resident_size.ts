/** Resident size of a process, from procfs. */

const INTERVAL_MS = 50;

/** The machine of other tests stays usable. */
const KILL_ABOVE_MB = 1000;

export interface ResidentSize extends Disposable {
  /** In megabytes, since the start of the watch. */
  readonly peak: () => number;
}

/** Samples the resident size of a process every 50 ms until disposed, and kills the process above 1 GB. */
export function watchResidentSize(pid: number): ResidentSize {
  let peak = 0;
  const sample = () => {
    const now = readResidentSize(pid);
    peak = Math.max(peak, now);
    if (now > KILL_ABOVE_MB) Deno.kill(pid, "SIGKILL");
  };
  sample();
  const timer = setInterval(sample, INTERVAL_MS);
  return { peak: () => peak, [Symbol.dispose]: () => clearInterval(timer) };
}

/** Returns megabytes; 0 if the process has ended. */
function readResidentSize(pid: number): number {
  try {
    const status = Deno.readTextFileSync(`/proc/${pid}/status`);
    return Number(/^VmRSS:\s*(\d+) kB$/m.exec(status)?.[1] ?? 0) / 1000;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return 0;
    throw error;
  }
}
