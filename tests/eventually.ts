const MAX_WAIT_MS = 60_000;

/** Waits until a condition is met. It fails after a minute, also if the condition never resolves; a busy machine may need seconds. */
export async function eventually(
  condition: () => boolean | Promise<boolean>,
  what: string,
  maxWaitMs = MAX_WAIT_MS,
): Promise<void> {
  const { promise: expired, reject } = Promise.withResolvers<never>();
  expired.catch(() => {}); // may be rejected during a pause
  const timer = setTimeout(
    () => reject(new Error(`Waited ${maxWaitMs / 1000} s in vain until ${what}`)),
    maxWaitMs,
  );
  try {
    while (!await Promise.race([expired, condition()])) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  } finally {
    clearTimeout(timer);
  }
}
