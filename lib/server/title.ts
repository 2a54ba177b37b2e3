/** A presentation that is open, with what was built of it; and how its files looked when they were read. */

import { MediaError, RequestError } from "../errors.ts";
import type { Presentation } from "../presentation/presentation.ts";
import type { Built } from "./response.ts";
import type { Found } from "./root.ts";

/** What was seen of a file, and how to look again. */
export interface Sight {
  readonly seen: string;
  readonly look: () => string;
}

/** Looks at a file, and says how to do so again. */
export function sight(find: () => Found): Sight {
  const look = () => fingerprint(find);
  return { seen: look(), look };
}

/** Differs once the file was replaced, edited, removed, or a link on the way to it leads elsewhere. */
function fingerprint(find: () => Found): string {
  try {
    const { path, info } = find();
    const { dev, ino, size, mtime, ctime } = info;
    return [path, dev, ino, size, mtime?.getTime(), ctime?.getTime()].join();
  } catch (error) {
    if (error instanceof MediaError || error instanceof RequestError) return error.message;
    throw error;
  }
}

/** Why a presentation can't be opened: known for as long as its files are the same. */
export interface Failure {
  readonly error: unknown;
  /** Empty: it may pass by itself. */
  readonly sights: readonly Sight[];
  checkedAt: number;
}

/** A presentation, open for whoever uses it; closed when it was dropped and nobody does any more. */
export class Title {
  /** Manifests and inits by kind and rendition. */
  readonly built = new Map<string, Built>();
  /** When its files were last looked at, by the library's clock. */
  checkedAt = 0;
  #users = 0;
  #dropped = false;

  /** @param size in bytes, without what is built of it */
  constructor(
    readonly file: string,
    readonly presentation: Presentation,
    readonly sights: readonly Sight[],
    readonly size: number,
  ) {}

  /** False when it is closed; else `release` is due, most often by `using`. */
  use(): boolean {
    if (this.#dropped && this.#users === 0) return false;
    this.#users++;
    return true;
  }

  release(): void {
    this.#users--;
    this.#closeWhenIdle();
  }

  /** The library has no place for it any more: answers under way still end well. */
  drop(): void {
    this.#dropped = true;
    this.#closeWhenIdle();
  }

  [Symbol.dispose](): void {
    this.release();
  }

  #closeWhenIdle(): void {
    if (this.#dropped && this.#users === 0) this.presentation.close();
  }
}
