/** Schemas of JSON files that people or other processes may have changed. No message contains a value, which may be a key. */

import * as v from "valibot";

export type JsonIssue = v.BaseIssue<unknown>;

/** An object without other keys. Rejects arrays first, since `strictObject()` accepts them. */
export function jsonObject<const Entries extends v.ObjectEntries>(entries: Entries) {
  const names = Object.keys(entries).join(", ");
  return v.pipe(
    v.custom<object>(isJsonObject, "expected an object"),
    v.strictObject(
      entries,
      ({ expected }) => expected === "never" ? `expected one of ${names}` : "",
    ),
  );
}

/** An object of at most `max` members, without names that valibot ignores. */
export function jsonRecord<Value extends v.GenericSchema>(
  name: v.GenericSchema<string, string>,
  value: Value,
  max: number,
) {
  const message = `expected an object of at most ${max} members`;
  const isUsable = (input: unknown) =>
    isJsonObject(input) && Object.keys(input).length <= max &&
    !["__proto__", "constructor", "prototype"].some((reserved) => Object.hasOwn(input, reserved));
  return v.pipe(v.custom<object>(isUsable, message), v.record(name, value));
}

export function jsonInteger(min: number, max = Number.MAX_SAFE_INTEGER) {
  const message = max === Number.MAX_SAFE_INTEGER
    ? `expected an integer of at least ${min}`
    : `expected an integer from ${min} to ${max}`;
  return v.pipe(
    v.number(message),
    v.integer(message),
    v.minValue(min, message),
    v.maxValue(max, message),
  );
}

/** @param message what the pattern expects: "expected a name" */
export function jsonText(pattern: RegExp, message: string) {
  return v.pipe(v.string(message), v.regex(pattern, message));
}

/**
 * Describes the first issue on one line: "live.window: Cannot use this value: expected …". Unknown keys take precedence, since a
 * misspelled key also leaves one missing.
 *
 * @param formatPath returns the path of an issue; default: its keys and indices
 */
export function describeIssues(
  issues: readonly [JsonIssue, ...JsonIssue[]],
  formatPath = formatKeys,
): string {
  const issue = issues.find(isUnknownKey) ?? issues[0];
  const path = formatPath(issue).replace(/^\./, "");
  return path ? `${path}: ${getReason(issue)}` : getReason(issue);
}

function formatKeys({ path }: JsonIssue): string {
  return path?.map(({ key }) => formatStep(key)).join("") ?? "";
}

export function isUnknownKey(issue: JsonIssue): boolean {
  return issue.type === "strict_object" && issue.expected === "never";
}

function getReason(issue: JsonIssue): string {
  if (isUnknownKey(issue)) return `Cannot use this key: ${issue.message}`;
  if (issue.type === "strict_object") return "Cannot find this key";
  const isName = issue.path?.at(-1)?.origin === "key";
  return `Cannot use this ${isName ? "name" : "value"}: ${issue.message}`;
}

/** Names an unknown key. Quotes special characters, so that the path is one line. */
function formatStep(key: unknown): string {
  if (typeof key === "number") return `[${key}]`;
  const name = String(key);
  if (/^[\w-]{1,40}$/.test(name)) return `.${name}`;
  return `[${JSON.stringify(name.length > 40 ? `${name.slice(0, 40)}…` : name)}]`;
}

export function isJsonObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
