/** Builds switching sets with metadata but without media. */

import { aac } from "../../lib/codecs/aac.ts";
import type { Codec } from "../../lib/codecs/codec.ts";
import { omitUndefined } from "../../lib/omit_undefined.ts";
import type { ClosedCaptions } from "../../lib/package/closed_captions.ts";
import type { Role } from "../../lib/package/role.ts";
import { assignLabels } from "../../lib/presentation/labels.ts";
import type { Presentation, Rendition, SwitchingSet } from "../../lib/presentation/presentation.ts";

export interface SetOptions {
  language?: string;
  label?: string;
  role?: Role;
  isDefault?: boolean;
  isFileDefault?: boolean;
  file?: string;
  captions?: readonly ClosedCaptions[];
  codec?: Codec;
  channels?: number;
}

/** Returns a set of one rendition, named by type and language. */
function buildSet(type: SwitchingSet["type"], options: SetOptions): SwitchingSet {
  const { language = "en", codec = aac, channels = 2, captions, ...rest } = options;
  const metadata = { language, ...rest };
  const name = `${type}_${language}`;
  const rendition = omitUndefined({
    type,
    file: `${name}.mp4`,
    ...metadata,
    name,
    codec,
    description: { type, channels, codec: "mp4a.40.2" },
    captions,
  }) as unknown as Rendition;
  const { label, role } = options;
  return omitUndefined({ type, language, label, role, renditions: [rendition], aligned: true });
}

export const audioSet = (options: SetOptions = {}) => buildSet("audio", options);
export const subtitleSet = (options: SetOptions = {}) => buildSet("text", options);
export const videoSet = (options: SetOptions = {}) => buildSet("video", options);

/** Returns a presentation with these sets, labelled. */
export function buildPresentation(...sets: SwitchingSet[]): Presentation {
  return { sets: assignLabels(sets) } as unknown as Presentation;
}
