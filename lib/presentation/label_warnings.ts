/** What the operator should know of what viewers choose among. */

import { getLanguageName } from "../language.ts";
import { findDefaultLabel, isDefaultRequested } from "./labels.ts";
import type { Rendition, SwitchingSet } from "./presentation.ts";
import { roleApplies } from "../input/apply_options.ts";

/** A sentence each for what was asked for and can't be, and for titles that AMS made up to tell two apart. */
export function warnLabels(sets: readonly SwitchingSet[]): string[] {
  return [
    ...sets.flatMap(({ renditions }) => renditions.flatMap(misfits)),
    ...severalDefaults(sets, "audio"),
    ...severalDefaults(sets, "text"),
    ...sets.flatMap(renamed),
    ...sets.flatMap(unlikeCaptions),
  ];
}

function misfits({ name, file, type, role, isDefault }: Rendition): string[] {
  const chosen = type === "audio" || type === "text";
  return [
    ...role && !roleApplies(role, type)
      ? [`${file}: the role ${role} means nothing of ${name}, which is ${type}`]
      : [],
    ...isDefault && !chosen ? [`${file}: no ${type} is a default, so ${name} is none`] : [],
  ];
}

function severalDefaults(sets: readonly SwitchingSet[], type: "audio" | "text"): string[] {
  const title = findDefaultLabel(sets, type);
  const late = sets.filter((set) =>
    set.type === type && isDefaultRequested(set) && set.displayLabel !== title
  );
  return late.map(({ renditions: [first] }) =>
    `${first!.file}: ${first!.name} is not the default, since one before it is: "${title}"`
  );
}

/** A title that two would have had. */
function renamed({ displayLabel, label, language, renditions: [first] }: SwitchingSet): string[] {
  const wanted = label ?? getLanguageName(language);
  const number = displayLabel !== undefined && / \(\d+\)$/.test(displayLabel) &&
    !wanted.endsWith(displayLabel);
  return number
    ? [
      `${first!.file}: players call ${
        first!.name
      } "${displayLabel}", since another has its language and label: a label tells them apart`,
    ]
    : [];
}

/** Players are told of a set as a whole. */
function unlikeCaptions({ renditions }: SwitchingSet): string[] {
  const [first, ...others] = renditions.map((one) =>
    JSON.stringify(one.type === "video" ? one.captions ?? [] : [])
  );
  const unlike = renditions.slice(1).filter((_, i) => others[i] !== first);
  return unlike.map(({ file, name }) =>
    `${file}: ${name} says other captions than ${
      renditions[0]!.name
    }: players are told that both have all of them`
  );
}
