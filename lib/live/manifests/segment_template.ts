/** SegmentTemplate (23009-1 §5.3.9.4.4): which paths a template may have. */

import { MediaError } from "../../errors.ts";
import { decodePathPart } from "./manifest_path.ts";

export interface SegmentTemplateValues {
  readonly id: string;
  /** In bit/s, as the MPD writes it; "" if it is absent. */
  readonly bandwidth: string;
}

/** Characters of a template, and of a path that may be of one. */
const MAX_LENGTH = 2000;

/** Digits of a number or time. */
const MAX_DIGITS = 20;

/** Numbers and times in a template: each multiplies the ways in which a path may match. */
const MAX_NUMBERS = 2;

const IDENTIFIER = /^(RepresentationID|Bandwidth|Number|Time|SubNumber)(?:%0(\d{1,2})d)?$/;

/**
 * Returns a test of paths. Numbers and times are any: encoders cut times to 32 bits in names (shaka-packager#701).
 *
 * @param template a path relative to the MPD, percent-encoded, with identifiers
 * @throws MediaError for an identifier that is unknown or not closed, or too many numbers
 */
export function compileTemplate(
  template: string,
  values: SegmentTemplateValues,
): (path: string) => boolean {
  if (template.length > MAX_LENGTH) {
    throw new MediaError(
      `Cannot use a template of ${template.length} characters, expected at most ${MAX_LENGTH}`,
    );
  }
  const parts = template.split("$");
  if (parts.length % 2 === 0) {
    throw new MediaError(`Cannot read the template ${shorten(template)}: a "$" is not closed`);
  }
  const patterns = parts.map((part, i) => i % 2 === 1 ? toPattern(part, values) : escape(part));
  const numbers = patterns.filter((pattern) => pattern.startsWith("-?"));
  if (numbers.length > MAX_NUMBERS) {
    throw new MediaError(
      `Cannot use the template ${
        shorten(template)
      } of ${numbers.length} numbers, expected at most ${MAX_NUMBERS}`,
    );
  }
  const pattern = new RegExp(`^${patterns.join("")}$`);
  return (path) => path.length <= MAX_LENGTH && pattern.test(path);
}

function escape(part: string): string {
  return decodePathPart(part).replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}

function toPattern(identifier: string, { id, bandwidth }: SegmentTemplateValues): string {
  if (identifier === "") return "\\$";
  const [, name, width = "1"] = IDENTIFIER.exec(identifier) ?? [];
  if (name === undefined) {
    throw new MediaError(`Cannot read the identifier $${shorten(identifier)}$ of a template`);
  }
  if (name === "RepresentationID") return escape(id);
  if (name === "Bandwidth") return escape(bandwidth.padStart(Number(width), "0"));
  const least = Math.min(Math.max(Number(width), 1), MAX_DIGITS);
  return `-?\\d{${least},${MAX_DIGITS}}`;
}

function shorten(text: string): string {
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}
