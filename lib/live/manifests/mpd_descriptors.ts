/** Descriptors of an AdaptationSet that become those of a rendition (23009-1 §5.8.4, §5.8.5.5). */

import { toBcp47 } from "../../language.ts";
import { omitUndefined } from "../../omit_undefined.ts";
import { parseRole, type Role } from "../../package/role.ts";
import { LABEL_TEXT } from "../../package/schema.ts";
import type { XmlNode } from "../../xml_reader.ts";
import type { StreamDeclaration } from "./pushed_manifest.ts";

const ROLE = "urn:mpeg:dash:role:2011";

/** DVB uses it for what the role `description` is, too (ETSI TS 103 285 §6.1.2). */
const AUDIO_PURPOSE = "urn:tva:metadata:cs:AudioPurposeCS:2007";
const VISUALLY_IMPAIRED = "1";

const MAX_LABEL_LENGTH = 1000;

/** Reads language, label and role; those of the Representation take precedence. */
export function readDeclaration(set: XmlNode, representation: XmlNode): StreamDeclaration {
  const levels = [representation, set];
  const roles = levels.flatMap((level) => readRoles(level));
  const language = levels.map(({ attributes }) => toLanguage(attributes.get("lang")))
    .find((it) => it !== undefined);
  const label = levels.flatMap((level) =>
    findChildren(level, "Label").map((it) => toLabel(readElementText(it)))
  )
    .find((it) => it !== undefined);
  return omitUndefined({ language, label, role: chooseRole(roles) });
}

/** Returns the canonical tag; undefined if it is malformed or `und`. */
export function toLanguage(tag: string | undefined): string | undefined {
  const language = toBcp47(tag ?? "");
  return language === "und" ? undefined : language;
}

/** Returns text on one line; undefined if it is none. */
export function toLabel(text: string | undefined): string | undefined {
  const label = text?.trim().replace(/\s+/g, " ") ?? "";
  return LABEL_TEXT.test(label) && label.length <= MAX_LABEL_LENGTH ? label : undefined;
}

function readRoles(node: XmlNode): Role[] {
  return ["Accessibility", "Role"].flatMap((name) => findChildren(node, name)).flatMap(
    (descriptor) => {
      const scheme = descriptor.attributes.get("schemeIdUri");
      const value = descriptor.attributes.get("value") ?? "";
      if (scheme === AUDIO_PURPOSE) return value === VISUALLY_IMPAIRED ? "description" : [];
      return scheme === ROLE ? parseRole(value) ?? [] : [];
    },
  );
}

/** Audio description is declared as `alternate`, too, for readers that do not know its own role. */
function chooseRole(roles: readonly Role[]): Role | undefined {
  const plain = new Set<Role>(["main", "alternate", "supplementary"]);
  return roles.find((role) => !plain.has(role)) ?? roles[0];
}

/** Returns the elements of a name in an element. */
export function findChildren({ children }: XmlNode, name: string): XmlNode[] {
  return children.filter((child): child is XmlNode =>
    typeof child !== "string" && child.name === name
  );
}

/** Returns the text of an element, without spaces around it. */
export function readElementText({ children }: XmlNode): string {
  return children.filter((child) => typeof child === "string").join("").trim();
}
