/** Key files: the sources of keys. Their published schema is schema.json. */

import * as v from "valibot";
import { formatJsonError } from "../json_error.ts";
import { describeIssues, isUnknownKey, type JsonIssue } from "../json_object.ts";
import type { ContentKey } from "./content_key.ts";
import { parseKid } from "./key_id.ts";
import type { EncryptionScheme } from "./encryption_scheme.ts";
import { KEY_FILE_SCHEMA, KEY_FILE_VERSION, type KeySourceEntry } from "./schema.ts";
import type { Secret } from "./secret.ts";
import type { DrmSystemName } from "./system_id.ts";

/** Sources by the name that packages use. */
export type KeyFile = ReadonlyMap<string, KeySource>;

export type KeySource = SeedSource | ListSource | CpixSource | SpekeSource;

interface SourceBase {
  /** Systems that manifests declare. */
  readonly systems: readonly DrmSystemName[];
  /** Templates with `{content}`, `{kid}` and `{package}`. */
  readonly licences: Licences;
}

export type Licences = Readonly<Partial<Record<DrmSystemName | "aes-128", string>>>;

/** Every KID has a key, which PlayReady's key seed algorithm derives. */
export interface SeedSource extends SourceBase {
  readonly kind: "seed";
  readonly seed: Secret<Uint8Array>;
}

export interface ListSource extends SourceBase {
  readonly kind: "keys";
  /** By KID. */
  readonly keys: ReadonlyMap<string, ContentKey>;
}

/** A key server, or a directory of documents. Paths are relative to the key file. */
export interface RemoteOptions {
  readonly headers: Readonly<Record<string, Secret<string>>>;
  /** For all tries together, in seconds. */
  readonly timeout: number;
  /** Seconds after which keys are requested again. */
  readonly keep: number;
  /** Paths of PEM files. */
  readonly ca?: Secret<string>;
  readonly certificate?: { readonly cert: Secret<string>; readonly key: Secret<string> };
}

/** CPIX documents at a path or URL. */
export interface CpixSource extends Omit<SourceBase, "systems">, RemoteOptions {
  readonly kind: "cpix";
  /** A template with `{content}` and `{kid}`. */
  readonly document: Secret<string>;
  /** Absent: those of the document. */
  readonly systems?: readonly DrmSystemName[];
}

/** A SPEKE v2 server. */
export interface SpekeSource extends SourceBase, RemoteOptions {
  readonly kind: "speke";
  readonly url: Secret<string>;
  readonly version: SpekeVersion;
}

export type SpekeVersion = "2.0" | "2.1";

/** An invalid key file. The message is one line that names the key of the file, never a value. */
export class KeyFileError extends Error {
  override name = "KeyFileError";
}

/** In bytes: ten thousand keys take a tenth. */
export const MAX_KEY_FILE_SIZE = 2 ** 24;

const DEFAULT_TIMEOUT = 8;
const DEFAULT_KEEP = 86_400;
const DEFAULT_SYSTEMS: readonly DrmSystemName[] = ["clearkey"];

/** @throws KeyFileError */
export function parseKeyFile(text: string): KeyFile {
  const value = parseJson(text);
  checkVersion(value);
  const result = v.safeParse(KEY_FILE_SCHEMA, value, { abortPipeEarly: true });
  if (!result.success) throw new KeyFileError(describeIssues(result.issues, formatPath));
  const sources = Object.entries(result.output.sources);
  return new Map(sources.map(([name, source]) => [name, toSource(source, `sources.${name}`)]));
}

/** The text of JSON errors would quote a character of the file. */
function parseJson(text: string): unknown {
  if (text.length > MAX_KEY_FILE_SIZE) {
    throw new KeyFileError(`Cannot read a key file of more than ${MAX_KEY_FILE_SIZE} bytes`);
  }
  const json = text.startsWith("\uFEFF") ? text.slice(1) : text; // some editors write a byte order mark
  try {
    return JSON.parse(json);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const [position] = formatJsonError(json, error).split(":");
    throw new KeyFileError(`${position}: expected JSON`);
  }
}

/** A file of a later version may have unknown keys, so the version is checked first. */
function checkVersion(value: unknown): void {
  if (typeof value !== "object" || value === null || !("ams" in value)) return;
  const version = value.ams;
  if (typeof version === "number" && version !== KEY_FILE_VERSION) {
    throw new KeyFileError(`ams: Cannot read this version, expected ${KEY_FILE_VERSION}`);
  }
}

function toSource(entry: KeySourceEntry, path: string): KeySource {
  const base = { systems: entry.systems ?? DEFAULT_SYSTEMS, licences: entry.licences ?? {} };
  if ("seed" in entry) return { kind: "seed", ...base, seed: entry.seed };
  if ("keys" in entry) return { kind: "keys", ...base, keys: toKeys(entry.keys, `${path}.keys`) };
  const remote = toRemoteOptions(entry, path);
  if ("speke" in entry) {
    const { speke: url, version = "2.0" } = entry;
    checkUrl(url, `${path}.speke`);
    return { kind: "speke", ...base, ...remote, url, version };
  }
  const { licences } = base;
  const { cpix: document, systems } = entry;
  checkUrl(document, `${path}.cpix`);
  return { kind: "cpix", licences, ...systems && { systems }, ...remote, document };
}

function toKeys(
  entries: Extract<KeySourceEntry, { keys: unknown }>["keys"],
  path: string,
): ReadonlyMap<string, ContentKey> {
  const keys = new Map<string, ContentKey>();
  for (const [name, entry] of Object.entries(entries)) {
    const kid = parseKid(name)!;
    if (keys.has(kid)) throw new KeyFileError(`${path}["${kid}"]: Cannot use a KID twice`);
    keys.set(kid, { kid, ...entry });
  }
  return keys;
}

/** The schema cannot know every rule of URLs, such as the range of ports. */
function checkUrl(address: Secret<string>, path: string): void {
  if (!/^https?:/.test(address.reveal()) || URL.canParse(address.reveal())) return;
  throw new KeyFileError(`${path}: Cannot use this value: expected a valid URL`);
}

type RemoteEntry = Extract<KeySourceEntry, { headers?: unknown }>;

function toRemoteOptions(entry: RemoteEntry, path: string): RemoteOptions {
  const { headers = {}, timeout = DEFAULT_TIMEOUT, keep = DEFAULT_KEEP, ca, certificate } = entry;
  const names = Object.keys(headers).map((name) => name.toLowerCase());
  const repeated = names.find((name, i) => names.indexOf(name) < i);
  if (repeated !== undefined) {
    throw new KeyFileError(`${path}.headers["${repeated}"]: Cannot use a header twice`);
  }
  return { headers, timeout, keep, ...ca && { ca }, ...certificate && { certificate } };
}

/**
 * A name that is not valid may be a value in the wrong place, so its index represents it, as it does a KID without hyphens, which
 * may be the key.
 */
function formatPath(issue: JsonIssue): string {
  const path = issue.path ?? [];
  const steps = path.map(({ key, input, origin }, i) => {
    if (typeof key === "number") return `[${key}]`;
    const name = String(key);
    const isLast = i === path.length - 1;
    const isInvalid = isLast && (origin === "key" || isUnknownKey(issue));
    const maybeKey = parseKid(name) !== undefined && !name.includes("-");
    if (maybeKey || isInvalid && !/^[A-Za-z][\w-]{0,23}$/.test(name)) {
      return `[${Object.keys(input as object).indexOf(name)}]`;
    }
    return /^[\w-]{1,40}$/.test(name) && !parseKid(name) ? `.${name}` : `["${name}"]`;
  });
  return steps.join("");
}

/** What replaces the placeholders of a template. */
export interface TemplateValues {
  readonly content: string;
  readonly kid: string;
  /** Path of the package from the root, without the first slash, percent-encoded. */
  readonly package?: string;
}

/** Replaces `{content}`, `{kid}` and `{package}`. */
export function fillKeyTemplate(template: string, values: TemplateValues): string {
  return template.replace(
    /\{(content|kid|package)\}/g,
    (all, name: keyof TemplateValues) => values[name] ?? all,
  );
}

/** Returns the URL or URI of licenses of a system, or of an AES-128 key. */
export function getLicenceUrl(
  { licences }: Pick<KeySource, "licences">,
  system: DrmSystemName | Extract<EncryptionScheme, "aes-128">,
  values: TemplateValues,
): string | undefined {
  const template = licences[system];
  return template === undefined ? undefined : fillKeyTemplate(template, values);
}
