import type { MediaRendition, Presentation } from "./presentation.ts";
import type { Timeline } from "./segment_timeline.ts";

/**
 * Computes a value of a presentation, or of one of its renditions.
 *
 * @param rendition name; "" for a value of the presentation
 */
type Derive<T> = (presentation: Presentation, rendition: string) => T;

/**
 * Values that protocols derive from a presentation, such as bandwidths of MPEG-TS. Each is computed when it is first requested. A
 * selection has those of the whole presentation.
 */
export class DerivedValues {
  readonly #presentation: Presentation;
  readonly #values = new Map<Derive<unknown>, Map<string, unknown>>();
  #firstNames: ReadonlyMap<string, string> | undefined;

  constructor(presentation: Presentation) {
    this.#presentation = presentation.selection?.whole ?? presentation;
  }

  /** @param name of a rendition; renditions of the same samples share values */
  get<T>(derive: Derive<T>, name = ""): T {
    const rendition = name && this.#getFirstName(name);
    const values = this.#values.get(derive) ?? new Map<string, unknown>();
    this.#values.set(derive, values);
    if (!values.has(rendition)) values.set(rendition, derive(this.#presentation, rendition));
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
