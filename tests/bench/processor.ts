/** Processor time and memory of a process, from /proc of Linux. */

/** Clock ticks per second in /proc (sysconf of every Linux). */
const TICKS = 100;

/** Resources that a process and all its threads have used so far. */
export interface Usage {
  /** User and system time, in microseconds. */
  readonly time: number;
  /** Minor page faults: memory that is returned to the system and requested again costs time. */
  readonly faults: number;
}

export function readUsage(pid: number): Usage {
  return parseStat(Deno.readTextFileSync(`/proc/${pid}/stat`));
}

/** Parses minflt, utime and stime of /proc/<pid>/stat (proc(5)). */
export function parseStat(stat: string): Usage {
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" "); // the name may contain spaces
  const [faults, user, system] = [7, 11, 12].map((i) => Number(fields[i]));
  return { time: (user! + system!) * 1e6 / TICKS, faults: faults! };
}

/** Resident memory of a process, in bytes. */
export function readResidentMemory(pid: number): number {
  return parseStatus(Deno.readTextFileSync(`/proc/${pid}/status`));
}

/**
 * Parses VmRSS of /proc/<pid>/status (proc(5)), in bytes.
 *
 * @throws Error when it is missing because the process has ended
 */
export function parseStatus(status: string): number {
  const kilobytes = /^VmRSS:\s*(\d+) kB$/m.exec(status)?.[1];
  if (kilobytes === undefined) throw new Error("Cannot find VmRSS: the process has ended");
  return Number(kilobytes) * 1024;
}

/** Process IDs of the running children of a process. */
export function listChildren(pid: number): number[] {
  const text = Deno.readTextFileSync(`/proc/${pid}/task/${pid}/children`);
  return text.split(" ").filter((id) => id !== "").map(Number);
}

/** Describes processor and memory: `2 cores of AMD EPYC, 24 GiB of memory`. */
export function describeMachine(): string {
  const name = /^model name\s*: (.*)$/m.exec(Deno.readTextFileSync("/proc/cpuinfo"))?.[1];
  const { total } = Deno.systemMemoryInfo();
  const cores = navigator.hardwareConcurrency;
  return `${cores} cores of ${name ?? Deno.build.arch}, ${
    (total / 2 ** 30).toFixed(0)
  } GiB of memory`;
}
