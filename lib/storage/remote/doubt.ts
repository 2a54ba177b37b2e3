/** Whether an origin honours the validators that it sends. Time is in milliseconds. */

import { SourceError } from "../../errors.ts";

/** Responses to reads of a file are as if it were another one. */
export interface Doubt {
  /** How often a look found the same file nevertheless. */
  readonly looks: number;
  /** When the last of them began. */
  readonly since: number;
  /** A read has raised it since the last look. */
  readonly isNew: boolean;
}

/** A file may be missing for a moment; an origin that goes on is wrong. */
const MAX_LOOKS = 1;

/** After that, reads are tried again. */
const MAX_AGE_MS = 1000;

/** A read found another file, or none. */
export function raiseDoubt({ looks, since }: Doubt = NO_DOUBT): Doubt {
  return { looks, since, isNew: true };
}

const NO_DOUBT: Doubt = { looks: 0, since: -Infinity, isNew: false };

/** A look that began at `since` found the same file. */
export function settleDoubt({ looks }: Doubt, since: number): Doubt {
  return { looks: looks + 1, since, isNew: false };
}

/** @throws SourceError `SOURCE_INVALID` if looks and reads contradict each other again and again */
export function requireHonest(doubt: Doubt | undefined, path: string, now: number): void {
  if (!doubt || doubt.looks <= MAX_LOOKS || now - doubt.since >= MAX_AGE_MS) return;
  const [name] = path.split("?", 1); // a query may contain a signature
  const reason = "it responds as if the file had changed, and then with the same validators";
  throw new SourceError("SOURCE_INVALID", `Cannot read '${name}' from its origin: ${reason}`);
}
