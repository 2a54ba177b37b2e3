/** What each form of HLS carries of a presentation. */

import type { Presentation, SwitchingSet } from "../presentation/presentation.ts";
import { inTransportStreams } from "../presentation/transport_stream.ts";
import type { HlsForm } from "./m3u8.ts";

/** The sets, with what the form can carry of them: fMP4 carries every codec. */
export function carried({ sets }: Presentation, form: HlsForm): SwitchingSet[] {
  if (form === "fmp4") return [...sets];
  return sets.map((set) => ({ ...set, renditions: set.renditions.filter(inTransportStreams) }))
    .filter(({ renditions }) => renditions.length > 0);
}
