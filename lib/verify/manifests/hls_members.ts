/** Compares EXT-X-MEDIA (RFC 8216bis §4.4.6.1) with the renditions (docs/package-format.md). */

import type { Role } from "../../package/role.ts";
import type { Rendition } from "../../presentation/presentation.ts";
import { isNameOf, isSameChoice } from "../expected/choices.ts";
import { isSameLanguage } from "../expected/language_tags.ts";
import type { Report } from "../findings.ts";
import type { ManifestContext } from "./manifest_context.ts";
import { findListedDefault } from "./manifest_signalling.ts";

export interface HlsMember {
  readonly attributes: Record<string, string>;
  readonly rendition: Rendition;
}

const ACCESSIBILITY = "public.accessibility.";

const ROLE_CHARACTERISTICS: Partial<Record<Role, string>> = {
  description: `${ACCESSIBILITY}describes-video`,
  caption: `${ACCESSIBILITY}transcribes-spoken-dialog,${ACCESSIBILITY}describes-music-and-sound`,
  easyreader: "public.easy-to-read",
  "enhanced-audio-intelligibility": `${ACCESSIBILITY}enhances-speech-intelligibility`,
};

/** Roles that only the default is selected in without the viewer. */
const CHOSEN_ROLES: readonly (Role | undefined)[] = [
  ...["commentary", "supplementary", "karaoke", "metadata"] as const,
];

export function checkHlsGroups(members: readonly HlsMember[], context: ManifestContext): void {
  for (const { attributes, rendition } of members) {
    checkMember(attributes, rendition, context);
  }
  const listed = members.map(({ rendition }) => rendition);
  const groups = Map.groupBy(
    members,
    ({ attributes }) => `${attributes["TYPE"]} ${attributes["GROUP-ID"]}`,
  );
  for (const group of groups.values()) {
    const type = group[0]!.attributes["TYPE"] === "AUDIO" ? "audio" : "text";
    checkDefault(group, findListedDefault(context, listed, type), context);
    checkAutoselect(group, context);
  }
}

function checkMember(
  attributes: Record<string, string>,
  rendition: Rendition,
  context: ManifestContext,
): void {
  const report = context.reportAt(rendition.name);
  const { LANGUAGE = "", NAME = "", CHARACTERISTICS, CHANNELS, FORCED = "NO" } = attributes;
  const { language, label, role } = rendition;
  if (!isSameLanguage(LANGUAGE, language)) {
    report("language", `got LANGUAGE ${LANGUAGE}, expected ${language}`);
  }
  if (!isNameOf(NAME, rendition)) {
    report("label", `got NAME ${NAME}, expected ${label ?? language}`);
  }
  const expected = role && ROLE_CHARACTERISTICS[role];
  if (CHARACTERISTICS !== expected) {
    report("role", `got CHARACTERISTICS ${CHARACTERISTICS}, expected ${expected}`);
  }
  const forced = role === "forced" ? "YES" : "NO";
  if (FORCED !== forced) report("role", `got FORCED ${FORCED}, expected ${forced}`);
  checkChannels(CHANNELS, rendition, context);
}

/** `6`, or `12/JOC` with joint object coding (§4.4.6.1). */
function checkChannels(
  got: string | undefined,
  { name, type }: Rendition,
  context: ManifestContext,
) {
  const { audio } = context.measurements.get(name)!;
  if (type !== "audio" || !audio || audio.channels === undefined) return;
  const expected = audio.objects ? `${audio.objects}/JOC` : `${audio.channels}`;
  if (got === expected) return;
  context.reportAt(name)("channels", `got CHANNELS ${got}, expected ${expected}`);
}

function checkDefault(
  group: readonly HlsMember[],
  expected: Rendition | undefined,
  context: ManifestContext,
): void {
  const [chosen] = group.filter(({ attributes }) => attributes["DEFAULT"] === "YES");
  if (!chosen && !expected) return;
  if (chosen && expected && isSameChoice(chosen.rendition, expected)) return;
  const [got, wanted] = [chosen?.rendition, expected].map((one) => one?.name ?? "none");
  context.reportAt()("default", `DEFAULT=YES is ${got}, expected ${wanted}`);
}

/** One rendition of each language and purpose is selected without the viewer, and the default. */
function checkAutoselect(group: readonly HlsMember[], context: ManifestContext): void {
  const purposes = Map.groupBy(
    group,
    ({ attributes, rendition: { role, language } }) =>
      JSON.stringify([language, role === "forced", attributes["CHARACTERISTICS"]]),
  );
  for (const alike of purposes.values()) {
    const eligible = alike.filter(({ attributes, rendition: { role } }) =>
      attributes["DEFAULT"] === "YES" || !CHOSEN_ROLES.includes(role)
    );
    const selected = alike.filter(isAutoselected);
    const report: Report = context.reportAt(alike[0]!.rendition.name);
    const isForced = alike[0]!.rendition.role === "forced";
    const expected = isForced ? alike.length : Math.min(1, eligible.length);
    if (selected.length !== expected) {
      report(
        "default",
        `${selected.length} of its purpose have AUTOSELECT=YES, expected ${expected}`,
      );
    }
    const wrong = alike.find((member) =>
      member.attributes["DEFAULT"] === "YES" && !isAutoselected(member)
    );
    if (wrong) report("default", "DEFAULT=YES has AUTOSELECT=NO");
  }
}

function isAutoselected({ attributes }: HlsMember): boolean {
  return attributes["AUTOSELECT"] === "YES";
}
