/** Options of amspackager for protected packages. */

import type { OptionTable, OptionValues } from "../cli/option_table.ts";
import { UsageError } from "../cli/usage_error.ts";
import { choiceType } from "../cli/value_types.ts";
import type { KeyIds } from "../drm/asset_keys.ts";
import { ENCRYPTION_SCHEMES, type EncryptionScheme } from "../drm/encryption_scheme.ts";
import { CONTENT_ID, KEY_SOURCE_NAME, parseKid } from "../drm/key_id.ts";
import { KEY_LABELS, type KeyLabel, type KeyPer } from "../drm/key_label.ts";

export interface ProtectionOptions {
  readonly scheme: EncryptionScheme;
  readonly content: string;
  readonly source: string;
  readonly per: KeyPer | "source";
  /** KIDs of the vendor; others are derived. */
  readonly kids: KeyIds;
}

const KEY_PER = [...Object.keys(KEY_LABELS) as KeyPer[], "source"] as const;

export const PROTECTION_OPTIONS = {
  protect: {
    placeholder: "SCHEME",
    help: "Encrypt audio and video when they are requested: cbcs or cenc (Common Encryption), or " +
      "aes-128 (HLS only); requires --content",
    ...choiceType(ENCRYPTION_SCHEMES),
  },
  content: {
    placeholder: "ID",
    help: "Name of the asset at the key server",
    expected: "1 to 128 of A-Z a-z 0-9 . _ : and -, the first a letter or digit",
    parse: (text: string) => CONTENT_ID.test(text) ? text : undefined,
  },
  "key-source": {
    placeholder: "NAME",
    defaultHelp: "default",
    help: "Source of the keys in the key file of ams",
    expected: "a name of at most 40 of a-z, 0-9 and -",
    parse: (text: string) => KEY_SOURCE_NAME.test(text) ? text : undefined,
  },
  "key-per": {
    placeholder: "WHAT",
    defaultHelp: "type, and all with aes-128",
    help: "Which tracks share a key: all; by type: audio, video; by resolution: audio, sd, hd, " +
      "uhd; or as the document of the source decides: source",
    ...choiceType(KEY_PER),
  },
  kid: {
    placeholder: "LABEL=KID",
    help: "KID that a vendor issued for all, audio, video, sd, hd or uhd; others are derived",
    repeats: true,
    expected: "LABEL=KID, such as video=00112233-4455-6677-8899-aabbccddeeff",
    parse: parseLabelledKid,
  },
} as const satisfies OptionTable;

type LabelledKid = readonly [label: string, kid: string];

function parseLabelledKid(text: string): LabelledKid[] | undefined {
  const [label = "", value = "", ...rest] = text.split("=");
  const kid = parseKid(value);
  return label !== "" && kid !== undefined && rest.length === 0 ? [[label, kid]] : undefined;
}

/**
 * Returns undefined for a clear package.
 *
 * @throws UsageError for options that contradict one another
 */
export function readProtectionOptions(
  options: OptionValues<typeof PROTECTION_OPTIONS>,
): ProtectionOptions | undefined {
  const { protect: scheme, content, "key-source": source = "default", kid: kids } = options;
  if (scheme === undefined) {
    rejectWithoutProtect(options);
    return undefined;
  }
  if (content === undefined) {
    throw new UsageError(`Cannot use --protect ${scheme} without --content, the name of the asset`);
  }
  const per = options["key-per"] ?? (scheme === "aes-128" ? "all" : "type");
  if (scheme === "aes-128" && per !== "all") {
    throw new UsageError(`Cannot use --key-per ${per} with --protect aes-128: expected all`);
  }
  return { scheme, content, source, per, kids: readKids(kids, per) };
}

function rejectWithoutProtect(options: OptionValues<typeof PROTECTION_OPTIONS>): void {
  const names = ["content", "key-source", "key-per", "kid"] as const;
  const used = names.find((name) => name === "kid" ? options.kid.length > 0 : options[name]);
  if (used) throw new UsageError(`Cannot use --${used} without --protect`);
}

function readKids(given: readonly LabelledKid[], per: ProtectionOptions["per"]): KeyIds {
  const kids: Partial<Record<KeyLabel, string>> = {};
  for (const [label, kid] of given) {
    const option = `--kid ${label}=${kid}`;
    if (per === "source") {
      throw new UsageError(
        `Cannot use ${option} with --key-per source, whose document names the KIDs`,
      );
    }
    const known = KEY_LABELS[per].find((known) => known === label);
    if (!known) {
      const expected = KEY_LABELS[per].join(", ");
      throw new UsageError(`Cannot use ${option} with --key-per ${per}: expected ${expected}`);
    }
    if (kids[known] !== undefined) {
      throw new UsageError(`Cannot use ${option}: expected one --kid of ${label}`);
    }
    kids[known] = kid;
  }
  return kids;
}
