/** What the system says of a process: /proc of Linux. */

/** Clock ticks a second in /proc (sysconf of every Linux). */
const TICKS = 100;

/** What a process has taken so far, with all its threads. */
export interface Usage {
  /** User and system time, in microseconds. */
  readonly time: number;
  /** Pages that it was given anew: memory that goes back to the system and comes again costs time. */
  readonly faults: number;
}

export function readUsage(pid: number): Usage {
  return parseStat(Deno.readTextFileSync(`/proc/${pid}/stat`));
}

/** minflt, utime and stime of /proc/<pid>/stat (proc(5)). */
export function parseStat(stat: string): Usage {
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" "); // the name may hold blanks
  const [faults, user, system] = [7, 11, 12].map((i) => Number(fields[i]));
  return { time: (user! + system!) * 1e6 / TICKS, faults: faults! };
}

/** Memory of a process that is in RAM, in bytes. */
export function readResidentMemory(pid: number): number {
  return parseStatus(Deno.readTextFileSync(`/proc/${pid}/status`));
}

/**
 * VmRSS of /proc/<pid>/status (proc(5)), in bytes.
 *
 * @throws Error when it isn't said, as of a process that has ended
 */
export function parseStatus(status: string): number {
  const kilobytes = /^VmRSS:\s*(\d+) kB$/m.exec(status)?.[1];
  if (kilobytes === undefined) throw new Error("Cannot find VmRSS: the process has ended");
  return Number(kilobytes) * 1024;
}

/** Process IDs of those that a process started and that run. */
export function listChildren(pid: number): number[] {
  const text = Deno.readTextFileSync(`/proc/${pid}/task/${pid}/children`);
  return text.split(" ").filter((id) => id !== "").map(Number);
}

/** The processor's name, and how much memory there is. */
export function describeMachine(): string {
  const name = /^model name\s*: (.*)$/m.exec(Deno.readTextFileSync("/proc/cpuinfo"))?.[1];
  const { total } = Deno.systemMemoryInfo();
  const cores = navigator.hardwareConcurrency;
  return `${cores} cores of ${name ?? Deno.build.arch}, ${
    (total / 2 ** 30).toFixed(0)
  } GiB of memory`;
}
