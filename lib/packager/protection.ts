/** Protection that amspackager declares in a package. */

import { UsageError } from "../cli/usage_error.ts";
import { deriveKid } from "../drm/key_id.ts";
import { getKeyLabel, KEY_LABELS } from "../drm/key_label.ts";
import type { PackageProtection } from "../package/protection.ts";
import type { Rendition } from "../presentation/presentation.ts";
import { isProtected, requireProtection } from "../presentation/protection.ts";
import type { ProtectionOptions } from "./protection_options.ts";

/**
 * Declares the KID of each label that a track needs.
 *
 * @throws UsageError if nothing would be protected; MediaError `MEDIA_UNSUPPORTED` for a codec that cannot be protected
 */
export function declareProtection(
  renditions: readonly Rendition[],
  { scheme, content, source, per, kids }: ProtectionOptions,
): PackageProtection {
  const media = renditions.filter(isProtected);
  if (media.length === 0) {
    throw new UsageError(`Cannot use --protect ${scheme}: expected audio or video`);
  }
  for (const rendition of media) requireProtection(rendition, scheme);
  const declared = { scheme, source, content };
  if (per === "source") return declared;
  const needed = new Set(media.map(({ description }) => getKeyLabel(per, description)));
  const labels = KEY_LABELS[per].filter((label) => needed.has(label));
  const entries = labels.map((label) =>
    [label, kids[label] ?? deriveKid({ content, scheme, label })] as const
  );
  return { ...declared, kids: Object.fromEntries(entries) };
}

/** Returns lines for the user. */
export function summarizeProtection(
  { scheme, source, content, kids = {} }: PackageProtection,
): string[] {
  return [
    `-- Protecting with ${scheme}: content='${content}', keys of '${source}'`,
    ...Object.entries(kids).map(([label, kid]) => `   ${label}: ${kid}`),
  ];
}

/** Returns warnings about KIDs of the command line that no track needs. */
export function warnUnusedKids(
  { kids: given }: ProtectionOptions,
  { kids = {} }: PackageProtection,
): string[] {
  return Object.keys(given).filter((label) => !Object.hasOwn(kids, label)).map((label) =>
    `--kid ${label} is not used: no track needs this key`
  );
}
