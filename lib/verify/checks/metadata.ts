/** Compares language, label and role of a rendition with the package, or else with its file. */

import { isMuxerName } from "../../input/muxer_name.ts";
import type { PackageTrack } from "../../package/package.ts";
import type { Role } from "../../package/role.ts";
import type { Rendition } from "../../presentation/presentation.ts";
import {
  canonicalize,
  isSameLanguage,
  listOperatorLanguages,
  listTrackLanguages,
} from "../expected/language_tags.ts";
import type { Report } from "../findings.ts";
import type { TrackDeclaration } from "../readers/track_declaration.ts";

/** What an operator set; undefined for a media file without a package. */
export type OperatorMetadata = Pick<
  PackageTrack,
  "language" | "label" | "role" | "default" | "captions"
>;

/**
 * @param track of the file; undefined for a subtitle file
 * @param role that the name of the file says
 */
export function checkMetadata(
  rendition: Rendition,
  { operator, role, track }: {
    operator: OperatorMetadata | undefined;
    role?: Role | undefined;
    track: TrackDeclaration | undefined;
  },
  report: Report,
): void {
  checkLanguage(rendition, { operator, track }, report);
  if (operator) checkOperator(rendition, operator, report);
  else if (track) checkFile(rendition, { track, named: role }, report);
}

function checkLanguage(
  { language, file }: Rendition,
  { operator, track }: {
    operator: OperatorMetadata | undefined;
    track: TrackDeclaration | undefined;
  },
  report: Report,
): void {
  if (canonicalize(language) === "") report("language", `got ${language}, which is no BCP 47 tag`);
  const own = track ? listTrackLanguages(track) : [];
  const expected = operator ? listOperatorLanguages(operator.language, own) : own;
  if (expected.length === 0 || expected.some((tag) => isSameLanguage(tag, language))) return;
  if (!operator && expected.includes("und") && hasTags(file)) return; // of its name
  report("language", `got ${language}, expected ${expected.join(" or ")}`);
}

/** Returns whether a file name has parts between title and extension, which may be a language. */
function hasTags(file: string): boolean {
  return file.replace(/^.*\//, "").split(".").length > 2;
}

function checkOperator(rendition: Rendition, operator: OperatorMetadata, report: Report): void {
  const { label, role, isDefault = false } = rendition;
  if (label !== operator.label) report("label", `got ${label}, expected ${operator.label}`);
  if (role !== operator.role) report("role", `got ${role}, expected ${operator.role}`);
  const expected = operator.default ?? false;
  if (isDefault !== expected) report("default", `got ${isDefault}, expected ${expected}`);
  const [captions, ownCaptions] = [
    rendition.type === "video" ? rendition.captions : [],
    operator.captions,
  ]
    .map((channels) => JSON.stringify(channels ?? []));
  if (captions !== ownCaptions) {
    report("label", `got captions ${captions}, expected ${ownCaptions}`);
  }
}

/** Labels of video would separate its qualities, so it has none. Subtitles may declare their role in samples. */
function checkFile(
  { type, label, role }: Rendition,
  { track, named }: { readonly track: TrackDeclaration; readonly named: Role | undefined },
  report: Report,
) {
  const isLabelled = type === "audio" || type === "text";
  const [name] = isLabelled ? track.names : [];
  const expectedLabel = name === undefined || isMuxerName(name) ? undefined : name;
  if (label !== expectedLabel) report("label", `got ${label}, expected ${expectedLabel}`);
  const roles: string[] = named ? [named] : isLabelled ? listFileRoles(track) : [];
  const isExpected = roles.length > 0
    ? roles.includes(role ?? "")
    : role === undefined || type === "text";
  if (!isExpected) report("role", `got ${role}, expected ${roles.join(" or ") || "none"}`);
}

const DASH_ROLES = "urn:mpeg:dash:role:2011";

const CHARACTERISTIC_ROLES: Record<string, string> = {
  "public.subtitles.forced-only": "forced",
  "public.accessibility.transcribes-spoken-dialog": "caption",
  "public.accessibility.describes-video": "description",
  "public.easy-to-read": "easyreader",
};

/** A role of a characteristic comes first, then a `kind` other than `main`, which muxers write in addition to others. */
function listFileRoles({ kinds, characteristics }: TrackDeclaration): string[] {
  const quickTime = characteristics.flatMap((name) => CHARACTERISTIC_ROLES[name] ?? []);
  if (quickTime.length > 0) return quickTime;
  const roles = kinds.filter(({ scheme }) => scheme === DASH_ROLES)
    .map(({ value }) => value.replaceAll("_", "-").replace(/^forced-subtitle$/, "forced"))
    .filter((value) => KNOWN_ROLES.has(value));
  const special = roles.filter((role) => role !== "main");
  return special.length > 0 ? special : roles;
}

/** 23009-1 §5.8.5.5. */
const KNOWN_ROLES = new Set(
  ("main alternate supplementary commentary dub description caption subtitle forced easyreader sign metadata " +
    "enhanced-audio-intelligibility emergency karaoke").split(" "),
);
