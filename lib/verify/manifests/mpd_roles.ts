/** Compares language, label, role and default of AdaptationSets with the renditions (docs/package-format.md). */

import { findMax } from "../../extremes.ts";
import type { Role } from "../../package/role.ts";
import type { Rendition } from "../../presentation/presentation.ts";
import { isNameOf, isSameChoice } from "../expected/choices.ts";
import { isSameLanguage } from "../expected/language_tags.ts";
import type { Report } from "../findings.ts";
import { getAttribute, getChildren } from "../readers/xml_elements.ts";
import type { Element } from "../readers/xml_elements.ts";
import { checkMpdCaptions } from "./caption_signalling.ts";
import type { ManifestContext } from "./manifest_context.ts";
import { findListedDefault } from "./manifest_signalling.ts";
import type { DeclaredMembers } from "./mpd_sets.ts";

const ROLE_SCHEME = "urn:mpeg:dash:role:2011";
const AUDIO_PURPOSE_SCHEME = "urn:tva:metadata:cs:AudioPurposeCS:2007";

/** Values of Accessibility by role: of the schemes of DVB and of DASH. */
const ACCESSIBILITY_VALUES: Partial<Record<Role, readonly string[]>> = {
  description: [`${AUDIO_PURPOSE_SCHEME} 1`, `${ROLE_SCHEME} description`],
  caption: [`${AUDIO_PURPOSE_SCHEME} 2`, `${ROLE_SCHEME} caption`],
  sign: [`${ROLE_SCHEME} sign`],
};

export function checkMpdRoles(sets: readonly DeclaredMembers[], context: ManifestContext): void {
  const renditions = sets.flatMap(({ members }) => members.map(({ rendition }) => rendition));
  const defaults = (["audio", "text"] as const).flatMap((type) =>
    findListedDefault(context, renditions, type) ?? []
  );
  const mainVideo = renditions.find(({ type }) => type === "video");
  for (const { element, members } of sets) {
    const own = members.map(({ rendition }) => rendition);
    if (own.some(({ type }) => type === "video")) checkMpdCaptions(element, own, context);
    for (const rendition of own) {
      if (rendition.type === "image") continue;
      const report = context.reportAt(rendition.name);
      const isDefault = rendition.type === "video"
        ? rendition.role === mainVideo?.role
        : defaults.some((one) => one.type === rendition.type && isSameChoice(one, rendition));
      checkLanguageAndLabel(element, rendition, report);
      checkRoles(element, rendition, { isDefault, report });
      checkAccessibility(element, rendition, report);
    }
  }
  checkPriorities(sets, defaults, context);
}

function checkLanguageAndLabel(element: Element, rendition: Rendition, report: Report): void {
  const { language, label, type } = rendition;
  const lang = getAttribute(element, "lang");
  if (!isSameLanguage(lang, language)) {
    report("language", `got lang="${lang}", expected "${language}"`);
  }
  const labels = getChildren(element, "Label").map(readContent);
  const expected = type === "video" ? label : label?.trim();
  if (labels.length === 0 && expected) report("label", `there is none, expected ${expected}`);
  const wrong = labels.find((text) => !isNameOf(text, rendition));
  if (wrong !== undefined) report("label", `got ${wrong}, expected ${expected ?? language}`);
}

function readContent(element: Element): string {
  return typeof element === "string" ? element : String(element["#text"] ?? "");
}

function listDescriptors(element: Element, name: string): (readonly [string, string])[] {
  return getChildren(element, name).map((child) =>
    [getAttribute(child, "schemeIdUri"), getAttribute(child, "value")] as const
  );
}

/** The default is `main`; others without a role are `alternate`, or `subtitle`. */
function checkRoles(
  element: Element,
  { role, type }: Rendition,
  { isDefault, report }: { isDefault: boolean; report: Report },
): void {
  const roles = listDescriptors(element, "Role").filter(([scheme]) => scheme === ROLE_SCHEME)
    .map(([, value]) => value);
  const own = role === "forced" ? "forced-subtitle" : role;
  if (own && !roles.includes(own)) report("role", `got ${roles.join(", ")}, expected ${own}`);
  const isMain = roles.includes("main");
  if (isMain !== (isDefault || role === "main")) {
    report("default", `the set is ${isMain ? "" : "not "}main`);
  }
  const plain = type === "text" ? "subtitle" : "alternate";
  const allowed = ["main", own, plain];
  const other = roles.find((value) => !allowed.includes(value));
  if (other) report("role", `got ${other}, expected ${own ?? plain}`);
  if (roles.length === 0) report("role", "there is none");
}

function checkAccessibility(element: Element, { role }: Rendition, report: Report): void {
  const expected = role && ACCESSIBILITY_VALUES[role] || [];
  const got = listDescriptors(element, "Accessibility").map((parts) => parts.join(" "))
    .filter((value) => !value.startsWith("urn:scte:")); // closed captions
  if (got.sort().join() !== [...expected].sort().join()) {
    report("role", `got Accessibility ${got.join(", ")}, expected ${expected.join(", ")}`);
  }
}

/** A higher selectionPriority than that of others is that of the default. */
function checkPriorities(
  sets: readonly DeclaredMembers[],
  defaults: readonly Rendition[],
  context: ManifestContext,
): void {
  for (const chosen of defaults) {
    const ofType = sets.filter(({ members: [first] }) => first?.rendition.type === chosen.type);
    const priorities = ofType.map(({ element }) =>
      Number(getAttribute(element, "selectionPriority") || 1)
    );
    const highest = findMax(priorities);
    const isDefault = (i: number) => isSameChoice(ofType[i]!.members[0]!.rendition, chosen);
    if (priorities.every((priority, i) => priority < highest || isDefault(i))) continue;
    context.reportAt(chosen.name)("default", "its selectionPriority is not the highest");
  }
}
