/** What each form of HLS carries of a presentation. */

import type { Presentation, SwitchingSet } from "../presentation/presentation.ts";
import { inTransportStreams } from "../presentation/transport_stream.ts";
import type { HlsForm } from "./m3u8.ts";

/** The sets that the form can carry: fMP4 carries every codec. */
export function carried({ sets }: Presentation, form: HlsForm): SwitchingSet[] {
  return form === "fmp4" ? [...sets] : sets.filter(isCarried);
}

function isCarried({ renditions }: SwitchingSet): boolean {
  return renditions.every(inTransportStreams);
}
