/** Calls `use` without a promise if the value is there: promises cost more than most of the work for a response. */
export function andThen<T, R>(
  value: T | Promise<T>,
  use: (value: T) => R | Promise<R>,
): R | Promise<R> {
  return value instanceof Promise ? value.then(use) : use(value);
}
