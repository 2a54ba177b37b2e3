/** DASH (ISO/IEC 23009-1). */
import type { Presentation } from "../presentation/presentation.ts";

/** The MPD of a presentation: static, profile isoff-live. */
export function mpd(presentation: Presentation): string {
  throw new Error(`not yet ${presentation}`);
}
