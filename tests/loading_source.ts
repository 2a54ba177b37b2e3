/** A source that is read as a remote one. */

import type { Source } from "../lib/storage/source.ts";

/** Ranges of each call of `load()`. */
export type Loads = { readonly offset: number; readonly size: number }[][];

export function createLoadingSource(source: Source): { remote: Source; loads: Loads } {
  const loads: Loads = [];
  const remote: Source = {
    ...source,
    synchronous: false,
    read: async (offset, into) => await source.read(offset, into),
    load: (ranges) => {
      loads.push(ranges.map(({ offset, size }) => ({ offset, size })));
      return Promise.resolve();
    },
  };
  return { remote, loads };
}
