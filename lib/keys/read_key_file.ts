/** Reads key files, and the files that their sources name. */

import { dirname, isAbsolute, relative, resolve } from "@std/path";
import { describeSystemError } from "../cli/system_error.ts";
import {
  type KeyFile,
  KeyFileError,
  MAX_KEY_FILE_SIZE,
  parseKeyFile,
  type RemoteOptions,
} from "../drm/key_file.ts";
import { Secret } from "../drm/secret.ts";
import { getSourceHost } from "../drm/source_keys.ts";
import { createKeyHttpClient } from "./key_http_client.ts";

/** A key file with what its sources need. A structured clone of it is useless: see `Secret`. */
export interface KeyFileContent {
  readonly text: Secret<string>;
  readonly file: KeyFile;
  /** Directory of the key file, from which paths in it start. */
  readonly directory: string;
  /** Contents of certificate files by the path in the key file. */
  readonly certificates: ReadonlyMap<string, Secret<string>>;
  /** True if users other than the owner and the group may read the key file. */
  readonly isReadableByOthers: boolean;
  /** As `getKeyFileState()` returned it before the files were read. */
  readonly state: string;
}

/** What a thread needs permission for. */
export interface KeyResources {
  /** `host:port`, each once, in ascending order. */
  readonly hosts: readonly string[];
  /** Absolute paths of documents, or of the directories that contain them. */
  readonly paths: readonly string[];
}

/**
 * Reads a key file.
 *
 * @param root document root, which may contain neither the key file nor documents
 * @throws KeyFileError if it cannot be used
 */
export function readKeyFile(path: string, root?: string): KeyFileContent {
  const real = resolveFile(path);
  if (isInside(root, real)) throw new KeyFileError("Cannot use a key file in the document root");
  const states = [getFileState(path)];
  const { text, isReadableByOthers } = readText(real);
  const file = parseKeyFile(text);
  const directory = dirname(resolve(path));
  const certificates = new Map<string, Secret<string>>();
  for (const [name, source] of file) {
    if (source.kind === "seed" || source.kind === "keys") continue;
    checkDocuments(`sources.${name}.cpix`, getDocumentPath(source, directory), root);
    for (const [key, secret] of listCertificateFiles(source)) {
      const path = resolve(directory, secret.reveal());
      if (!certificates.has(secret.reveal())) states.push(getFileState(path));
      const certificate = readCertificateFile(`sources.${name}.${key}`, path, root);
      certificates.set(secret.reveal(), certificate);
    }
    const { ca, certificate } = source;
    if (ca) checkCertificates(`sources.${name}.ca`, { ca }, certificates);
    if (certificate) {
      checkCertificates(`sources.${name}.certificate`, { certificate }, certificates);
    }
  }
  return {
    text: new Secret(text),
    file,
    directory,
    certificates,
    isReadableByOthers,
    state: states.join("\n"),
  };
}

/** Changes when the key file, or a file of a certificate, is written. */
export function getKeyFileState(
  path: string,
  { directory, certificates }: Pick<KeyFileContent, "directory" | "certificates">,
): string {
  const paths = Array.from(certificates.keys(), (name) => resolve(directory, name));
  return [path, ...paths].map(getFileState).join("\n");
}

/** Returns a text that differs when a file was written, replaced or removed. */
export function getFileState(path: string): string {
  try {
    const { dev, ino, size, mtime, ctime } = Deno.statSync(path);
    return [dev, ino, size, mtime?.getTime(), ctime?.getTime()].join(" ");
  } catch (error) {
    return describeSystemError(error);
  }
}

export function getKeyResources({ file, directory }: KeyFileContent): KeyResources {
  const sources = [...file.values()];
  const find = (get: (source: typeof sources[number]) => string | undefined) =>
    [...new Set(sources.map(get).filter((it) => it !== undefined))].sort();
  return {
    hosts: find(getSourceHost),
    paths: find((source) => getDocumentPath(source, directory)),
  };
}

/** Returns the path of a document, or the directory of those with a template; undefined for other sources. */
function getDocumentPath(
  source: { readonly kind: string; readonly document?: Secret<string> },
  directory: string,
): string | undefined {
  const template = source.document?.reveal();
  if (template === undefined || /^https?:/.test(template)) return undefined;
  const [start, ...others] = template.split("{");
  return resolve(directory, others.length === 0 ? template : start!.replace(/[^/]*$/, ""));
}

function resolveFile(path: string): string {
  try {
    return Deno.realPathSync(path);
  } catch (error) {
    throw new KeyFileError(`Cannot read the key file: ${describeSystemError(error)}`);
  }
}

function readText(path: string): { text: string; isReadableByOthers: boolean } {
  try {
    const { size, mode } = Deno.statSync(path);
    const isReadableByOthers = Deno.build.os !== "windows" && ((mode ?? 0) & 0o004) !== 0;
    if (size <= MAX_KEY_FILE_SIZE) return { text: Deno.readTextFileSync(path), isReadableByOthers };
  } catch (error) {
    throw new KeyFileError(`Cannot read the key file: ${describeSystemError(error)}`);
  }
  throw new KeyFileError(`Cannot read a key file of more than ${MAX_KEY_FILE_SIZE} bytes`);
}

/** Documents may be written later. */
function checkDocuments(key: string, path: string | undefined, root: string | undefined): void {
  if (path === undefined) return;
  let real: string;
  try {
    real = findRealPath(path);
  } catch (error) {
    throw new KeyFileError(`${key}: Cannot read this path: ${describeSystemError(error)}`);
  }
  if (!isInside(root, real)) return;
  throw new KeyFileError(`${key}: Cannot use documents in the document root`);
}

/** Returns the path as it is where there is no such file. */
export function findRealPath(path: string): string {
  try {
    return Deno.realPathSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) {
      return path;
    }
    throw error;
  }
}

export function isInside(root: string | undefined, path: string): boolean {
  if (root === undefined) return false;
  const steps = relative(root, path);
  return steps !== ".." && !/^\.\.[/\\]/.test(steps) && !isAbsolute(steps);
}

function listCertificateFiles(
  { ca, certificate }: RemoteOptions,
): (readonly [key: string, path: Secret<string>])[] {
  return [
    ...ca ? [["ca", ca] as const] : [],
    ...certificate ? [["certificate.cert", certificate.cert] as const] : [],
    ...certificate ? [["certificate.key", certificate.key] as const] : [],
  ];
}

function readCertificateFile(
  key: string,
  path: string,
  root: string | undefined,
): Secret<string> {
  let text: string;
  try {
    if (isInside(root, Deno.realPathSync(path))) {
      throw new KeyFileError(`${key}: Cannot use a file in the document root`);
    }
    text = Deno.readTextFileSync(path);
  } catch (error) {
    if (error instanceof KeyFileError) throw error;
    throw new KeyFileError(`${key}: Cannot read this file: ${describeSystemError(error)}`);
  }
  const type = key.endsWith(".key") ? "PRIVATE KEY" : "CERTIFICATE";
  if (new RegExp(`^-----BEGIN ([A-Z]+ )?${type}-----`, "m").test(text)) return new Secret(text);
  throw new KeyFileError(`${key}: Cannot use this file: expected PEM with ${type}`);
}

/** Creates a client as for requests, which checks the files. */
function checkCertificates(
  key: string,
  source: Pick<RemoteOptions, "ca" | "certificate">,
  certificates: KeyFileContent["certificates"],
): void {
  try {
    createKeyHttpClient(source, certificates)?.close();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new KeyFileError(`${key}: Cannot use these files: ${describeSystemError(error)}`);
  }
}
