/** What an AdaptationSet says of what it is for, and of which is played (23009-1 §5.3.3, §5.8.4, §5.8.5.5). */

import { getLanguageName, toIso6392 } from "../language.ts";
import type { Role } from "../package/role.ts";
import { type Caption, getCaptions } from "../presentation/captions.ts";
import { findDefaultLabel } from "../presentation/labels.ts";
import type { Presentation, SwitchingSet } from "../presentation/presentation.ts";
import type { XmlElement } from "../xml.ts";

const ROLE = "urn:mpeg:dash:role:2011";

/** TV-Anytime's purposes of a sound, which DVB (ETSI TS 103 285 §6.1.2, §7.1.2) uses for texts as well. */
const PURPOSE = "urn:tva:metadata:cs:AudioPurposeCS:2007";
const FOR_THE_BLIND = "1";
const FOR_THE_DEAF = "2";

/** SCTE 214-1 §7.2. */
const CEA_608 = "urn:scte:dash:cc:cea-608:2015";
const CEA_708 = "urn:scte:dash:cc:cea-708:2015";

/** Above that of the others, which is 1 where nothing is said. */
const DEFAULT_PRIORITY = 2;

/** What a set says of itself beside others. */
export interface RoleDescriptors {
  readonly selectionPriority?: number;
  readonly labels: XmlElement[];
  readonly accessibility: XmlElement[];
  readonly roles: XmlElement[];
}

export function roleDescriptors(set: SwitchingSet, presentation: Presentation): RoleDescriptors {
  if (set.type === "image") return { labels: [], accessibility: [], roles: [] };
  const isDefault = isDefaultOf(set, presentation);
  const rivals = presentation.sets.some(({ type, displayLabel }) =>
    type === set.type && displayLabel !== set.displayLabel
  );
  return {
    ...isDefault && rivals ? { selectionPriority: DEFAULT_PRIORITY } : {},
    labels: labelOf(set, presentation),
    accessibility: accessibilityOf(set),
    roles: rolesOf(set, isDefault).map((value) => descriptor(ROLE, value)),
  };
}

export function descriptor(schemeIdUri: string, value: string): XmlElement {
  return { "@schemeIdUri": schemeIdUri, "@value": value };
}

/** Of pictures the first set is the one that is played. */
function isDefaultOf(set: SwitchingSet, { sets }: Presentation): boolean {
  if (set.type === "audio" || set.type === "text") {
    return set.displayLabel === findDefaultLabel(sets, set.type) && set.displayLabel !== undefined;
  }
  return sets.find(({ type }) => type === set.type) === set;
}

/** The default is a main one; what is nothing in particular is an alternative to it, and a text a subtitle. */
function rolesOf({ type, role }: SwitchingSet, isDefault: boolean): string[] {
  const own = role === "forced" ? "forced-subtitle" : role;
  const plain = type === "text" ? "subtitle" : isDefault ? "main" : "alternate";
  return [...new Set([...isDefault ? ["main"] : [], own ?? plain])];
}

const ACCESSIBILITY: Partial<Record<Role, XmlElement>> = {
  description: descriptor(PURPOSE, FOR_THE_BLIND),
  caption: descriptor(PURPOSE, FOR_THE_DEAF),
  sign: descriptor(ROLE, "sign"),
};

function accessibilityOf({ role, renditions }: SwitchingSet): XmlElement[] {
  const own = role && ACCESSIBILITY[role];
  return [...own ? [own] : [], ...closedCaptions(getCaptions(renditions))];
}

/** `CC1=eng;CC3=fra` of CEA-608, `1=lang:eng` of CEA-708. */
function closedCaptions(captions: readonly Caption[]): XmlElement[] {
  const lines = captions.filter(({ channel }) => channel.startsWith("CC"));
  const services = captions.filter(({ channel }) => !channel.startsWith("CC"));
  const of = (scheme: string, values: string[]) =>
    values.length > 0 ? [descriptor(scheme, values.join(";"))] : [];
  return [
    ...of(CEA_608, lines.map(({ channel, language }) => `${channel}=${toIso6392(language)}`)),
    ...of(
      CEA_708,
      services.map(({ channel, language }) =>
        `${channel.slice("SERVICE".length)}=lang:${toIso6392(language)}`
      ),
    ),
  ];
}

/** Where languages say it all, players name them in the viewer's own; else all of a type have labels, as one menu. */
function labelOf(set: SwitchingSet, { sets }: Presentation): XmlElement[] {
  if (set.displayLabel === undefined) {
    return set.label === undefined ? [] : [{ "#text": set.label }];
  }
  const ofType = sets.filter(({ type }) => type === set.type);
  return ofType.every((one) => isPlain(one, ofType)) ? [] : [{ "#text": set.displayLabel }];
}

/** The title is the language, which no other has. */
function isPlain({ label, displayLabel, language }: SwitchingSet, ofType: readonly SwitchingSet[]) {
  return label === undefined && displayLabel === getLanguageName(language) &&
    ofType.every((other) => other.displayLabel === displayLabel || other.language !== language);
}
