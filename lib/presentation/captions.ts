/** Closed captions inside of pictures: what protocols say of them, since nobody looks for them there. */

import { getLanguageName, toBcp47 } from "../language.ts";
import type { ClosedCaptions } from "../package/closed_captions.ts";
import { assignUniqueLabels } from "./labels.ts";
import type { Rendition } from "./presentation.ts";

export interface Caption {
  /** `CC1`, `SERVICE1`. */
  readonly channel: string;
  /** BCP 47. */
  readonly language: string;
  /** No two have the same. */
  readonly label: string;
}

/** All channels of all renditions, each once: players take what one has to be in all. */
export function getCaptions(renditions: readonly Rendition[]): Caption[] {
  const channels = new Map<string, ClosedCaptions>();
  for (const rendition of renditions) {
    if (rendition.type !== "video") continue;
    for (const one of rendition.captions ?? []) {
      if (!channels.has(one.channel)) channels.set(one.channel, one);
    }
  }
  const all = [...channels.values()];
  const labels = assignUniqueLabels(all.map(({ channel, language, label }) => {
    const plain = label?.trim() || getLanguageName(toBcp47(language));
    return { candidates: [plain, `${plain} (${channel})`], groupKey: channel };
  }));
  return all.map(({ channel, language }, i) => ({
    channel,
    language: toBcp47(language),
    label: labels[i]!,
  }));
}
