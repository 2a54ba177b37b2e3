import type { MediaRendition, Presentation } from "./presentation.ts";
import type { Timeline } from "./segment_timeline.ts";

/**
 * Computes a value of a presentation, or of one of its renditions.
 *
 * @param previous value of the snapshot before it, if there is one: the cost should be in proportion to what is new
 * @param rendition name; "" for a value of the presentation
 */
export type Extend<T> = (
  previous: T | undefined,
  presentation: Presentation,
  rendition: string,
) => T;

type Values = ReadonlyMap<Extend<unknown>, ReadonlyMap<string, unknown>>;

/**
 * Values that protocols derive from one snapshot of a presentation, such as bandwidths of MPEG-TS. Each is computed when it is first
 * requested. A selection has those of the whole presentation.
 */
export class DerivedValues {
  readonly #presentation: Presentation;
  readonly #values = new Map<Extend<unknown>, Map<string, unknown>>();
  readonly #previous: Values;
  #firstNames: ReadonlyMap<string, string> | undefined;

  /** @param previous values of the snapshot before it */
  constructor(presentation: Presentation, previous?: DerivedValues) {
    this.#presentation = presentation.selection?.whole ?? presentation;
    this.#previous = previous ? merge(previous.#previous, previous.#values) : new Map();
  }

  /** @param name of a rendition; renditions of the same samples share values */
  get<T>(extend: Extend<T>, name = ""): T {
    const rendition = name && this.#getFirstName(name);
    const key = extend as Extend<unknown>;
    const values = this.#values.get(key) ?? new Map<string, unknown>();
    this.#values.set(key, values);
    if (!values.has(rendition)) {
      const previous = this.#previous.get(key)?.get(rendition) as T | undefined;
      values.set(rendition, extend(previous, this.#presentation, rendition));
    }
    return values.get(rendition) as T;
  }

  /** Returns the name of the first rendition with the same segments and stored bandwidths. */
  #getFirstName(name: string): string {
    this.#firstNames ??= findFirstNames(this.#presentation);
    return this.#firstNames.get(name) ?? name;
  }
}

/** Omits names of renditions that are the first ones. */
function findFirstNames({ renditions }: Presentation): ReadonlyMap<string, string> {
  const firsts = new Map<Timeline, MediaRendition>();
  const names = new Map<string, string>();
  for (const rendition of renditions.values()) {
    if (rendition.type === "text") continue;
    const { timeline, timing, storedBandwidths } = rendition;
    const first = firsts.get(timeline);
    if (!first) firsts.set(timeline, rendition);
    else if (first.timing === timing && first.storedBandwidths === storedBandwidths) {
      names.set(rendition.name, first.name);
    }
  }
  return names;
}

/** A value that the last snapshot did not need is extended from the one before it. */
function merge(older: Values, newer: Values): Values {
  const keys = new Set([...older.keys(), ...newer.keys()]);
  return new Map(
    Array.from(
      keys,
      (key) => [key, new Map([...older.get(key) ?? [], ...newer.get(key) ?? []])],
    ),
  );
}
