/** What each form of HLS carries of a presentation. */

import type {
  MediaRendition,
  Presentation,
  Rendition,
  SwitchingSet,
} from "../presentation/presentation.ts";
import type { HlsForm } from "./m3u8.ts";

/** The sets that the form can carry. */
export function carried({ sets }: Presentation, form: HlsForm): SwitchingSet[] {
  return sets.filter(({ renditions }) => carries(renditions[0]!, form));
}

/** fMP4 carries every codec; images are files of their own in both. */
export function carries(rendition: Rendition, form: HlsForm): boolean {
  if (form === "fmp4" || rendition.type === "text" || rendition.type === "image") return true;
  return rendition.codec.mpegTs !== undefined;
}

/** The one sound that goes into the same transport streams as the pictures; undefined where there are several, or no pictures. */
export function muxedAudio(presentation: Presentation, form: HlsForm): MediaRendition | undefined {
  if (form !== "ts") return undefined;
  const renditions = carried(presentation, form).flatMap((set) => set.renditions);
  const audio = renditions.filter((rendition): rendition is MediaRendition =>
    rendition.type === "audio"
  );
  return audio.length === 1 && renditions.some(({ type }) => type === "video")
    ? audio[0]
    : undefined;
}

/** A sentence for the log where the form leaves something out; "" where it carries all. */
export function leftOut(presentation: Presentation, form: HlsForm): string {
  const names = presentation.sets.filter(({ renditions }) => !carries(renditions[0]!, form))
    .flatMap(({ renditions }) => renditions.map(({ name }) => name));
  return names.length > 0
    ? `HLS with MPEG-TS leaves out what it can't carry: ${names.join(", ")}`
    : "";
}
