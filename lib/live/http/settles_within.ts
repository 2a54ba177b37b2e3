import type { TimeoutClock } from "../../timeout_clock.ts";

/** Resolves to whether a promise resolves or rejects within some milliseconds. */
export function settlesWithin(
  promise: Promise<unknown>,
  ms: number,
  clock: TimeoutClock,
): Promise<boolean> {
  return new Promise((resolve) => {
    const stop = clock.start(() => resolve(false), ms);
    const finish = () => {
      stop();
      resolve(true);
    };
    promise.then(finish, finish);
  });
}
