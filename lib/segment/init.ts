/** Init: ftyp and moov of one rendition (CMAF header, 23000-19 §7.3.1). */
import type { MediaRendition } from "../presentation/presentation.ts";

export function init(rendition: MediaRendition): Uint8Array {
  throw new Error(`not yet ${rendition}`);
}
