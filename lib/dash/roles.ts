/** Descriptors that decide selection (23009-1 §5.3.3, §5.8.4, §5.8.5.5). */

import { toIso6392 } from "../language.ts";
import { getLanguageName } from "../language_name.ts";
import type { Role } from "../package/role.ts";
import { type Caption, getCaptions } from "../presentation/captions.ts";
import { findDefaultLabel } from "../presentation/labels.ts";
import type { Presentation, SwitchingSet } from "../presentation/presentation.ts";
import type { XmlElement } from "../xml.ts";

const ROLE = "urn:mpeg:dash:role:2011";

/** DVB uses it for subtitles, too (ETSI TS 103 285 §6.1.2, §7.1.2). */
const AUDIO_PURPOSE = "urn:tva:metadata:cs:AudioPurposeCS:2007";
const VISUALLY_IMPAIRED = "1";
const HARD_OF_HEARING = "2";

/** Closed captions (SCTE 214-1 §7.2). */
const CEA_608 = "urn:scte:dash:cc:cea-608:2015";
const CEA_708 = "urn:scte:dash:cc:cea-708:2015";

/** A set without selectionPriority has 1. */
const DEFAULT_PRIORITY = 2;

export interface RoleDescriptors {
  readonly selectionPriority?: number;
  readonly labels: XmlElement[];
  readonly accessibility: XmlElement[];
  readonly roles: XmlElement[];
}

export function roleDescriptors(set: SwitchingSet, presentation: Presentation): RoleDescriptors {
  if (set.type === "image") return { labels: [], accessibility: [], roles: [] };
  const isDefault = isDefaultSet(set, presentation);
  const hasAlternatives = presentation.sets.some(({ type, displayLabel }) =>
    type === set.type && displayLabel !== set.displayLabel
  );
  return {
    ...isDefault && hasAlternatives ? { selectionPriority: DEFAULT_PRIORITY } : {},
    labels: buildLabels(set, presentation),
    accessibility: buildAccessibility(set),
    roles: getRoles(set, isDefault).map((value) => descriptor(ROLE, value)),
  };
}

export function descriptor(schemeIdUri: string, value: string): XmlElement {
  return { "@schemeIdUri": schemeIdUri, "@value": value };
}

function isDefaultSet(set: SwitchingSet, { sets }: Presentation): boolean {
  if (set.type === "audio" || set.type === "text") {
    return set.displayLabel === findDefaultLabel(sets, set.type) && set.displayLabel !== undefined;
  }
  return set.role === sets.find(({ type }) => type === set.type)!.role; // sets of other codecs have the same content
}

/** Readers differ in the role by which they know audio description and captions, so these have both. */
const PLAIN_ROLES: Partial<Record<Role, string>> = {
  description: "alternate",
  caption: "subtitle",
};

/** All sets of the main content are "main" (DASH-IF IOP §3.2.1). Other sets without a role are "alternate"; subtitles are "subtitle". */
function getRoles({ type, role }: SwitchingSet, isDefault: boolean): string[] {
  const own = role === "forced" ? "forced-subtitle" : role;
  const plain = role ? PLAIN_ROLES[role] : type === "text" ? "subtitle" : "alternate";
  const values = [
    isDefault && "main",
    own,
    plain !== "alternate" || !isDefault ? plain : undefined,
  ];
  return [...new Set(values.filter((value) => typeof value === "string"))];
}

/** By the schemes of DVB and of DASH. */
const ACCESSIBILITY: Partial<Record<Role, XmlElement[]>> = {
  description: [descriptor(AUDIO_PURPOSE, VISUALLY_IMPAIRED), descriptor(ROLE, "description")],
  caption: [descriptor(AUDIO_PURPOSE, HARD_OF_HEARING), descriptor(ROLE, "caption")],
  sign: [descriptor(ROLE, "sign")],
};

function buildAccessibility({ role, renditions }: SwitchingSet): XmlElement[] {
  const own = role && ACCESSIBILITY[role];
  return [...own ?? [], ...closedCaptions(getCaptions(renditions))];
}

/** Values: `CC1=eng;CC3=fra` for CEA-608, `1=lang:eng` for CEA-708. */
function closedCaptions(captions: readonly Caption[]): XmlElement[] {
  const lines = captions.filter(({ channel }) => channel.startsWith("CC"));
  const services = captions.filter(({ channel }) => !channel.startsWith("CC"));
  const describe = (scheme: string, values: string[]) =>
    values.length > 0 ? [descriptor(scheme, values.join(";"))] : [];
  return [
    ...describe(CEA_608, lines.map(({ channel, language }) => `${channel}=${toIso6392(language)}`)),
    ...describe(
      CEA_708,
      services.map(({ channel, language }) =>
        `${channel.slice("SERVICE".length)}=lang:${toIso6392(language)}`
      ),
    ),
  ];
}

/** Players name languages in the viewer's language, so labels are only written where languages are not distinct. */
function buildLabels(set: SwitchingSet, { sets }: Presentation): XmlElement[] {
  if (set.displayLabel === undefined) {
    return set.label === undefined ? [] : [{ "#text": set.label }];
  }
  const ofType = sets.filter(({ type }) => type === set.type);
  return ofType.every((one) => isLanguageOnly(one, ofType)) ? [] : [{ "#text": set.displayLabel }];
}

function isLanguageOnly(
  { label, displayLabel, language }: SwitchingSet,
  ofType: readonly SwitchingSet[],
) {
  return label === undefined && displayLabel === getLanguageName(language) &&
    ofType.every((other) => other.displayLabel === displayLabel || other.language !== language);
}
