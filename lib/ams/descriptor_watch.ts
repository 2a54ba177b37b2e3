import { DescriptorReserve, type DescriptorSupply } from "./descriptor_reserve.ts";

const INTERVAL_MS = 250;

const MESSAGES: Record<DescriptorSupply, string> = {
  enough: "Enough file descriptors are left again",
  few: "Few file descriptors are left (see ulimit -n): each response closes its connection",
  none: "No file descriptors are left (see ulimit -n): requests are refused",
};

/**
 * Reports changes of how many file descriptors are left, with a line for the log.
 *
 * @param directory to open; may be absent later
 */
export function watchDescriptors(
  directory: string,
  report: (supply: DescriptorSupply, message: string) => void,
): Disposable {
  if (Deno.build.os === "windows") return { [Symbol.dispose]() {} }; // has no such limit
  const reserve = new DescriptorReserve(() => open(directory));
  let supply: DescriptorSupply = "enough";
  const timer = setInterval(() => {
    const now = reserve.check();
    if (now === supply) return;
    supply = now;
    report(now, MESSAGES[now]);
  }, INTERVAL_MS);
  return {
    [Symbol.dispose]() {
      clearInterval(timer);
      reserve[Symbol.dispose]();
    },
  };
}

function open(directory: string): Disposable | undefined {
  try {
    return Deno.openSync(directory);
  } catch (error) {
    const { code } = error as { code?: string };
    return code === "EMFILE" || code === "ENFILE" ? undefined : { [Symbol.dispose]() {} };
  }
}
