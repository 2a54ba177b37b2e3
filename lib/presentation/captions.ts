import { toBcp47 } from "../language.ts";
import { getLanguageName } from "../language_name.ts";
import type { ClosedCaptions } from "../package/closed_captions.ts";
import { assignUniqueLabels } from "./labels.ts";
import type { Rendition } from "./presentation.ts";

export interface Caption {
  /** `CC1` (CEA-608), `SERVICE1` (CEA-708). */
  readonly channel: string;
  readonly language: string;
  readonly label: string;
}

/** Returns the channels of all renditions, each once: players expect every rendition to contain them all. */
export function getCaptions(renditions: readonly Rendition[]): Caption[] {
  const channels = new Map<string, ClosedCaptions>();
  for (const rendition of renditions) {
    if (rendition.type !== "video") continue;
    for (const captions of rendition.captions ?? []) {
      if (!channels.has(captions.channel)) channels.set(captions.channel, captions);
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
