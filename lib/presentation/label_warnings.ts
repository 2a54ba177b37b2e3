import { getLanguageName } from "../language_name.ts";
import { findDefaultLabel, isDefaultRequested } from "./labels.ts";
import type { Rendition, SwitchingSet } from "./presentation.ts";
import { roleApplies } from "../input/apply_options.ts";

export function warnLabels(sets: readonly SwitchingSet[]): string[] {
  return [
    ...sets.flatMap(({ renditions }) => renditions.flatMap(warnMisfits)),
    ...warnSeveralDefaults(sets, "audio"),
    ...warnSeveralDefaults(sets, "text"),
    ...sets.flatMap(warnNumbered),
    ...sets.flatMap(warnDifferentCaptions),
  ];
}

function warnMisfits({ name, file, type, role, isDefault }: Rendition): string[] {
  const isSelectable = type === "audio" || type === "text";
  return [
    ...role && !roleApplies(role, type)
      ? [`${file}: the role ${role} has no meaning for ${name}, which is ${type}`]
      : [],
    ...isDefault && !isSelectable ? [`${file}: default is ignored on ${type} track ${name}`] : [],
  ];
}

function warnSeveralDefaults(sets: readonly SwitchingSet[], type: "audio" | "text"): string[] {
  const label = findDefaultLabel(sets, type);
  const ignored = sets.filter((set) =>
    set.type === type && isDefaultRequested(set) && set.displayLabel !== label
  );
  return ignored.map(({ renditions: [first] }) =>
    `${first!.file}: default is ignored on ${first!.name}, since "${label}" comes first`
  );
}

function warnNumbered(
  { displayLabel, label, language, renditions: [first] }: SwitchingSet,
): string[] {
  if (displayLabel === undefined) return [];
  const requested = label ?? getLanguageName(language);
  const hasNumber = / \(\d+\)$/.test(displayLabel) && !requested.endsWith(displayLabel);
  if (!hasNumber) return [];
  const { file, name } = first!;
  return [
    `${file}: players list ${name} as "${displayLabel}", since another track has its language and label; ` +
    `set a label to distinguish them`,
  ];
}

/** Manifests declare captions per set, not per rendition. */
function warnDifferentCaptions({ renditions }: SwitchingSet): string[] {
  const [first, ...others] = renditions.map((rendition) =>
    JSON.stringify(rendition.type === "video" ? rendition.captions ?? [] : [])
  );
  const different = renditions.slice(1).filter((_, i) => others[i] !== first);
  return different.map(({ file, name }) =>
    `${file}: ${name} and ${
      renditions[0]!.name
    } declare different captions; manifests declare all of them for both`
  );
}
