import { createHash } from "node:crypto";

export interface PeriodIdentity {
  /** Epoch of the broadcast, UTC in µs. */
  readonly epoch: number;
  /** Number of the period in the channel. */
  readonly number: number;
  /** ftyp and moov of each track. */
  readonly inits: readonly Uint8Array[];
}

/** Computes the version of a period, `v` and 12 hexadecimal digits: it is the same on every machine, and of no other period. */
export function computePeriodVersion({ epoch, number, inits }: PeriodIdentity): string {
  const hash = createHash("sha256");
  hash.update(`period ${epoch} ${number} ${inits.map(({ length }) => length).join()}\n`);
  for (const init of inits) hash.update(init);
  return `v${hash.digest("hex").slice(0, 12)}`;
}
