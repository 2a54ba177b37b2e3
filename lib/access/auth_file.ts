/** The file of `--auth`: keys of tokens, and policies of paths. Its published schema is auth_file.schema.json. */

import { formatJsonError } from "../json_error.ts";
import { toCanonicalPath } from "../url/path.ts";

const TOKEN_KINDS = ["akamai", "jwt"] as const;

export type TokenKind = typeof TOKEN_KINDS[number];

export interface AuthFile {
  /** By the name that policies and JWTs (`kid`) use. */
  readonly keys: Readonly<Record<string, AuthKey>>;
  readonly policies: readonly AuthPolicy[];
  /** Applies to paths without a policy. */
  readonly default: "deny" | "open";
  /** Tolerated difference of clocks, in seconds. */
  readonly skew: number;
}

/** A shared secret in hexadecimal digits, or the path or https URL of a JSON Web Key Set (RFC 7517 §5). */
export type AuthKey = { readonly hmac: string } | { readonly jwks: string };

export interface AuthPolicy {
  /** Decoded. Covers what is at the path and all below it. */
  readonly path: string;
  /** Empty: open to all. */
  readonly tokens: readonly TokenKind[];
  readonly keys: readonly string[];
  /** Accepted issuers of JWTs; absent: any. */
  readonly iss?: readonly string[];
  /** Accepted audiences of JWTs; absent: any. */
  readonly aud?: readonly string[];
  /** Tokens must name the address of the client. */
  readonly address: boolean;
  /** `public`: shared caches may store responses, because they check tokens themselves. */
  readonly caching: "private" | "public";
}

/** An invalid auth file. The message names the field, the value and what is expected, on one line. */
export class AuthFileError extends Error {
  override name = "AuthFileError";
}

const MAX_KEYS = 100;
const MAX_POLICIES = 1000;
const MAX_POLICY_KEYS = 4;
const MAX_SKEW_SECONDS = 3600;

const DEFAULT_SKEW_SECONDS = 30;

const KEY_NAME = /^[A-Za-z0-9._-]{1,64}$/;
const HMAC = /^(?:[0-9A-Fa-f]{2}){32,512}$/;

/** Reserved for tokens and for resources of ams. */
const RESERVED = /^\/\.(?:t|ams)(?:\/|$)/;

/** @throws AuthFileError */
export function parseAuthFile(text: string): AuthFile {
  const root = new Field("", parseAuthJson(text)).object(["keys", "policies", "default", "skew"]);
  const keys = parseKeys(root.required("keys"));
  const policies = root.required("policies").array(MAX_POLICIES).map((field) =>
    parsePolicy(field, keys)
  );
  rejectRepeatedPaths(policies);
  return {
    keys,
    policies,
    default: root.optional("default")?.oneOf(["deny", "open"]) ?? "deny",
    skew: root.optional("skew")?.integer(MAX_SKEW_SECONDS) ?? DEFAULT_SKEW_SECONDS,
  };
}

/** @throws AuthFileError with the position of a syntax error */
export function parseAuthJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) throw new AuthFileError(formatJsonError(text, error));
    throw error;
  }
}

function parseKeys(field: Field): Record<string, AuthKey> {
  const entries = field.entries();
  if (entries.length > MAX_KEYS) throw field.invalid(`at most ${MAX_KEYS} keys`);
  return Object.fromEntries(entries.map(([name, key]) => {
    if (!KEY_NAME.test(name)) {
      throw key.error('Cannot use this name: expected letters, digits, ".", "_" and "-"');
    }
    return [name, parseKey(key)];
  }));
}

function parseKey(field: Field): AuthKey {
  const members = field.object(["hmac", "jwks"]);
  const [hmac, jwks] = [members.optional("hmac"), members.optional("jwks")];
  if ((hmac === undefined) === (jwks === undefined)) {
    throw field.error('Cannot use this key: expected either "hmac" or "jwks"');
  }
  if (hmac) return { hmac: hmac.secret(HMAC, "64 to 1024 hexadecimal digits, an even number") };
  return {
    jwks: jwks!.text(/^(?:https:\/\/[^/].*|(?!https?:)[^\0]+)$/i, "a path or an https URL"),
  };
}

function parsePolicy(field: Field, keys: Readonly<Record<string, AuthKey>>): AuthPolicy {
  const names = ["path", "tokens", "keys", "iss", "aud", "address", "caching"];
  const members = field.object(names);
  const path = parsePath(members.required("path"));
  const tokens = members.required("tokens").array(TOKEN_KINDS.length)
    .map((kind) => kind.oneOf(TOKEN_KINDS));
  const keyField = members.optional("keys");
  const keyNames = keyField?.array(MAX_POLICY_KEYS).map((key) => parseKeyName(key, keys)) ?? [];
  checkKeys(tokens, keyNames.map((name) => keys[name]!), keyField ?? field);
  const [iss, aud] = [members.optional("iss"), members.optional("aud")];
  const [misplaced] = tokens.includes("jwt") ? [] : [iss, aud].filter((it) => it !== undefined);
  if (misplaced) throw misplaced.error('Cannot use this key: "tokens" does not contain "jwt"');
  const address = members.optional("address");
  const needsAddress = address?.boolean() ?? false;
  if (needsAddress && tokens.length === 0) throw address!.invalid("false where no token is needed");
  return {
    path,
    tokens,
    keys: keyNames,
    ...iss && { iss: iss.textOrTexts() },
    ...aud && { aud: aud.textOrTexts() },
    address: needsAddress,
    caching: members.optional("caching")?.oneOf(["private", "public"]) ?? "private",
  };
}

function parsePath(field: Field): string {
  const path = field.text(/^\//, 'a path that begins with "/"');
  const names = path.slice(1).replace(/\/$/, "").split("/");
  const isRoot = path === "/";
  if (!isRoot && names.some((name) => name === "" || name === "." || name === "..")) {
    throw field.invalid('a path without empty segments, "." and ".."');
  }
  if (/%[0-9a-f]{2}|[\\\0?#]/i.test(path)) {
    throw field.invalid("a path that is neither percent-encoded nor followed by a query");
  }
  if (RESERVED.test(path)) throw field.invalid('a path outside of "/.ams" and "/.t"');
  return path;
}

function parseKeyName(field: Field, keys: Readonly<Record<string, AuthKey>>): string {
  const name = field.text(KEY_NAME, "the name of a key");
  if (Object.hasOwn(keys, name)) return name;
  throw field.invalid(`one of ${Object.keys(keys).join(", ")}`);
}

/** Each kind of token needs a key that can sign it. */
function checkKeys(tokens: readonly TokenKind[], keys: readonly AuthKey[], field: Field): void {
  if (tokens.length === 0 && keys.length > 0) {
    throw field.error('Cannot use keys: "tokens" is empty, which opens the path to all');
  }
  if (tokens.length > 0 && keys.length === 0) {
    throw field.error("Cannot check tokens: expected the names of one to four keys");
  }
  if (tokens.includes("akamai") && !keys.some((key) => "hmac" in key)) {
    throw field.error('Cannot check tokens of "akamai": expected a key with "hmac"');
  }
}

function rejectRepeatedPaths(policies: readonly AuthPolicy[]): void {
  const seen = new Set<string>();
  for (const [i, { path }] of policies.entries()) {
    const key = toCanonicalPath(path).replace(/\/$/, "");
    if (seen.has(key)) {
      throw new AuthFileError(`policies[${i}].path: Cannot use ${JSON.stringify(path)} twice`);
    }
    seen.add(key);
  }
}

/** A value of the file, with its path for errors. */
class Field {
  constructor(readonly path: string, readonly value: unknown) {}

  object(names: readonly string[]): Members {
    const entries = this.entries();
    const unknown = entries.find(([name]) => !names.includes(name));
    if (unknown) throw unknown[1].error(`Cannot use this key: expected one of ${names.join(", ")}`);
    return new Members(this, new Map(entries));
  }

  entries(): [string, Field][] {
    const { value } = this;
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      throw this.invalid("an object");
    }
    return Object.entries(value).map((
      [name, member],
    ) => [name, new Field(this.join(name), member)]);
  }

  array(max: number): Field[] {
    if (!Array.isArray(this.value)) throw this.invalid("an array");
    if (this.value.length > max) throw this.invalid(`at most ${max} values`);
    return this.value.map((value, i) => new Field(`${this.path}[${i}]`, value));
  }

  text(pattern: RegExp, expected: string): string {
    if (typeof this.value === "string" && pattern.test(this.value)) return this.value;
    throw this.invalid(expected);
  }

  /** The error does not quote the value. */
  secret(pattern: RegExp, expected: string): string {
    if (typeof this.value === "string" && pattern.test(this.value)) return this.value;
    throw this.error(`Cannot use this value: expected ${expected}`);
  }

  textOrTexts(): readonly string[] {
    const expected = "text or a list of texts";
    if (typeof this.value === "string") return [this.text(/./, expected)];
    const texts = this.array(100).map((field) => field.text(/./, "text"));
    if (texts.length === 0) throw this.invalid(expected);
    return texts;
  }

  oneOf<const T extends string>(choices: readonly T[]): T {
    const found = choices.find((choice) => choice === this.value);
    if (found !== undefined) return found;
    throw this.invalid(`one of ${choices.join(", ")}`);
  }

  boolean(): boolean {
    if (typeof this.value === "boolean") return this.value;
    throw this.invalid("true or false");
  }

  integer(max: number): number {
    const { value } = this;
    if (Number.isInteger(value) && Number(value) >= 0 && Number(value) <= max) return Number(value);
    throw this.invalid(`an integer from 0 to ${max}`);
  }

  invalid(expected: string): AuthFileError {
    return this.error(`Cannot use ${formatValue(this.value)}: expected ${expected}`);
  }

  error(message: string): AuthFileError {
    return new AuthFileError(this.path ? `${this.path}: ${message}` : message);
  }

  join(name: string): string {
    const step = /^[\w-]{1,64}$/.test(name) ? `.${name}` : `[${formatValue(name)}]`;
    return `${this.path}${step}`.replace(/^\./, "");
  }
}

/** The members of an object. */
class Members {
  constructor(readonly owner: Field, readonly fields: ReadonlyMap<string, Field>) {}

  optional(name: string): Field | undefined {
    return this.fields.get(name);
  }

  required(name: string): Field {
    const field = this.fields.get(name);
    if (field) return field;
    throw new AuthFileError(`${this.owner.join(name)}: Cannot find this key`);
  }
}

/** Avoids recursion, since the value may be nested deeper than the stack allows. */
function formatValue(value: unknown): string {
  if (Array.isArray(value)) return "an array";
  if (typeof value === "object" && value !== null) return "an object";
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
