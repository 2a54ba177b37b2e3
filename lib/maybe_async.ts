/** Values that may be promises: a promise for each call costs more than most of the work for a response. */

export function isPending<T>(value: T | Promise<T>): value is Promise<T> {
  return value instanceof Promise;
}

/** Calls `use` at once unless the value is a promise. */
export function andThen<T, R>(
  value: T | Promise<T>,
  use: (value: T) => R | Promise<R>,
): R | Promise<R> {
  return value instanceof Promise ? value.then(use) : use(value);
}

/** Calls `work`, and returns what `recover` returns for what it throws or rejects with. */
export function orElse<T>(
  work: () => T | Promise<T>,
  recover: (error: unknown) => T | Promise<T>,
): T | Promise<T> {
  try {
    const value = work();
    return value instanceof Promise ? value.catch(recover) : value;
  } catch (error) {
    return recover(error);
  }
}

/** Work in steps: a generator that yields the promises that it waits for, so that it runs at once where nothing is pending. */
export type Steps<T> = Generator<Promise<unknown>, T, unknown>;

/** Waits in a generator for a value that may be a promise: `const value = yield* wait(read())`. */
export function* wait<T>(value: T | Promise<T>): Steps<T> {
  return value instanceof Promise ? (yield value) as T : value;
}

/** Runs steps. Returns a promise if a step is pending. */
export function runSteps<T>(steps: Steps<T>): T | Promise<T> {
  const first = steps.next();
  return first.done ? first.value : continueSteps(steps, first.value);
}

async function continueSteps<T>(steps: Steps<T>, pending: Promise<unknown>): Promise<T> {
  for (let next = pending;;) {
    const resume = await next.then(
      (value) => () => steps.next(value),
      (error) => () => steps.throw(error),
    );
    const result = resume();
    if (result.done) return result.value;
    next = result.value;
  }
}
