/** Builds sets of what tests of choices look at: what is said of renditions, and nothing that plays. */

import { aac } from "../../lib/codecs/aac.ts";
import type { Codec } from "../../lib/codecs/codec.ts";
import type { ClosedCaptions } from "../../lib/package/closed_captions.ts";
import type { Role } from "../../lib/package/role.ts";
import { assignLabels } from "../../lib/presentation/labels.ts";
import type { Presentation, Rendition, SwitchingSet } from "../../lib/presentation/presentation.ts";

export interface Said {
  language?: string;
  label?: string;
  role?: Role;
  isDefault?: boolean;
  captions?: readonly ClosedCaptions[];
  codec?: Codec;
  channels?: number;
}

/** A set of one rendition, which is called by its type and language. */
function set(type: SwitchingSet["type"], said: Said): SwitchingSet {
  const { language = "en", codec = aac, channels = 2, captions, ...rest } = said;
  const words = { language, ...rest };
  const name = `${type}_${language}`;
  const rendition = {
    type,
    ...words,
    name,
    file: `${name}.mp4`,
    codec,
    description: { type, channels, codec: "mp4a.40.2" },
    ...captions ? { captions } : {},
  } as unknown as Rendition;
  const { label, role } = said;
  return {
    type,
    language,
    ...label === undefined ? {} : { label },
    ...role === undefined ? {} : { role },
    renditions: [rendition],
    aligned: true,
  };
}

export const audioSet = (said: Said = {}) => set("audio", said);
export const subtitleSet = (said: Said = {}) => set("text", said);
export const videoSet = (said: Said = {}) => set("video", said);

/** A presentation of nothing but sets, with their titles. */
export function buildPresentation(...sets: SwitchingSet[]): Presentation {
  return { sets: assignLabels(sets) } as unknown as Presentation;
}
