/** Selections of channels: a query selects renditions of all periods alike. */

import { RequestError } from "../errors.ts";
import type { Broadcast } from "../presentation/broadcast.ts";
import { select, type SelectionQuery } from "./select.ts";

/**
 * The filter is applied to the newest period, with the bandwidths that do not change in a broadcast: a player finds the same
 * renditions in every manifest.
 *
 * @throws RequestError `BAD_REQUEST` if no rendition is left, or if the query selects a clip
 */
export function selectBroadcast(broadcast: Broadcast, query: SelectionQuery): Broadcast {
  rejectClip(query);
  const { filter = () => true } = query;
  const newest = broadcast.periods.at(-1)!;
  const names = new Set<string>();
  for (const [name, rendition] of newest.presentation.renditions) {
    const bandwidth = newest.sequences.get(name)?.listedBandwidth ?? rendition.bandwidth;
    if (filter({ ...rendition, bandwidth })) names.add(name);
  }
  const byName: SelectionQuery = { ...query, filter: ({ name }) => names.has(name) };
  return {
    ...broadcast,
    periods: broadcast.periods.map((period) => ({
      ...period,
      presentation: select(period.presentation, byName),
    })),
  };
}

/** @throws RequestError `BAD_REQUEST` */
function rejectClip({ start, end }: SelectionQuery): void {
  if (start === undefined && end === undefined) return;
  const name = start === undefined ? "end" : "start";
  throw new RequestError("BAD_REQUEST", `Cannot use ${name}: channels have no clips`);
}
