type OptionalKeys<T> = { [K in keyof T]-?: undefined extends T[K] ? K : never }[keyof T];

export type Defined<T> =
  & Omit<T, OptionalKeys<T>>
  & { [K in OptionalKeys<T>]?: Exclude<T[K], undefined> };

/** Returns a shallow copy without `undefined` values, in the same order. */
export function omitUndefined<T extends object>(object: T): Defined<T> {
  const entries = Object.entries(object).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as Defined<T>;
}
