/** Objects without properties that are `undefined`. */

type OptionalKeys<T> = { [K in keyof T]-?: undefined extends T[K] ? K : never }[keyof T];

/** `T` with each property that may be `undefined` turned into an optional one. */
export type Defined<T> =
  & Omit<T, OptionalKeys<T>>
  & { [K in OptionalKeys<T>]?: Exclude<T[K], undefined> };

/** Returns a shallow copy without the properties whose value is `undefined`, in the same order. */
export function omitUndefined<T extends object>(object: T): Defined<T> {
  const entries = Object.entries(object).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as Defined<T>;
}
