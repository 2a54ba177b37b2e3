/** The syntax of SOURCE in `--mount PATH=SOURCE`, `-d SOURCE` and `--allow-source`. */

import { hasPlainSegments, isRemotePath } from "./object_url.ts";
import type { HttpOrigin, RemoteOrigin, S3Origin } from "./origin.ts";

export interface DirectorySource {
  readonly kind: "directory";
  readonly path: string;
}

/** Returns the value of an environment variable. */
export type ReadVariable = (name: string) => string | undefined;

/** A SOURCE that cannot be used. The message contains no part that could be secret. */
export class MountSourceError extends Error {
  override name = "MountSourceError";
}

const SCHEME = /^([a-z][a-z0-9+.-]*):\/\//i;

const DEFAULT_REGION = "us-east-1";

/** S3 accepts fewer; containers of Swift and old buckets have underscores and capital letters. */
const BUCKET = /^[A-Za-z0-9][A-Za-z0-9._-]{0,254}$/;

/** A bucket with a dot does not match the certificate of the endpoint (`*.s3.amazonaws.com`). */
const HOST_STYLE_BUCKET = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/;

const REGION = /^[A-Za-z0-9-]{1,64}$/;

export interface ParsedMount {
  /** Relative to the document root, without slashes at its ends; "" is the root. */
  readonly path: string;
  readonly source: DirectorySource | RemoteOrigin;
}

/**
 * Parses `PATH=SOURCE`. PATH is that of URLs, not percent-encoded.
 *
 * @throws MountSourceError
 */
export function parseMount(text: string, readVariable: ReadVariable): ParsedMount {
  const [path, source] = splitOnce(text, "=");
  const inner = path.slice(1).replace(/(.)\/$/, "$1");
  const isVisible = !inner.split("/").some((name) => name.startsWith("."));
  if (!source || path[0] !== "/" || !isVisible || inner !== "" && !isRemotePath(inner)) {
    throw new MountSourceError(
      "Cannot use this mount: expected PATH=SOURCE with a PATH like /films/new, without dot names",
    );
  }
  return { path: inner, source: parseMountSource(source, readVariable) };
}

/** @throws MountSourceError */
export function parseMountSource(
  text: string,
  readVariable: ReadVariable,
): DirectorySource | RemoteOrigin {
  return SCHEME.test(text)
    ? parseRemoteOrigin(text, readVariable)
    : { kind: "directory", path: text };
}

/**
 * Parses a URL prefix below which packages may name files by their URLs.
 *
 * @throws MountSourceError
 */
export function parseAllowedSource(text: string, readVariable: ReadVariable): RemoteOrigin {
  const origin = parseRemoteOrigin(text, readVariable);
  return origin.kind === "http" ? { ...origin, encoded: true } : origin;
}

/** @throws MountSourceError */
function parseRemoteOrigin(text: string, readVariable: ReadVariable): RemoteOrigin {
  const scheme = SCHEME.exec(text)?.[1]?.toLowerCase();
  if (scheme === undefined || !["http", "https", "s3"].includes(scheme)) {
    throw invalid("expected http://, https:// or s3://");
  }
  if (/[\\\p{Cc}]/u.test(text)) throw invalid("expected no backslash or control character");
  const [address = "", query] = splitOnce(text, "?");
  if (/^[^:]*:\/\/[^/]*@/.test(address)) throw invalid("expected no user and password in it");
  return scheme === "s3"
    ? parseS3(address, readParameters(query, S3_PARAMETERS), readVariable)
    : parseHttp(address, readParameters(query, HTTP_PARAMETERS));
}

function invalid(reason: string): MountSourceError {
  return new MountSourceError(`Cannot use this source: ${reason}`);
}

function splitOnce(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + separator.length)];
}

const HTTP_PARAMETERS = ["authorization", "ca", "sidecars"] as const;

const S3_PARAMETERS = ["endpoint", "region", "style", "credentials", "ca", "sidecars"] as const;

type Parameters<Name extends string> = { readonly [N in Name]?: string };

/** A plus stands for itself, since names of files have some. */
function readParameters<Name extends string>(
  query: string | undefined,
  names: readonly Name[],
): Parameters<Name> {
  const found: { [N in Name]?: string } = {};
  for (const part of query?.split("&") ?? []) {
    const [key, encoded] = splitOnce(part, "=");
    const name = names.find((it) => it === key);
    if (!name) throw invalid(`expected ${names.join(", ")} in its query`);
    if (found[name] !== undefined) throw invalid(`expected ${name} once`);
    const value = decodePercent(encoded ?? "");
    if (!value) throw invalid(`expected a value of ${name}`);
    found[name] = value;
  }
  return found;
}

/** Returns undefined for invalid percent-encoding. */
export function decodePercent(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}

function readOptions({ ca, sidecars }: Parameters<"ca" | "sidecars">) {
  if (sidecars !== undefined && !/^(on|off)$/.test(sidecars)) throw invalid("expected sidecars=on");
  return { sidecars: sidecars === "on", ...ca !== undefined && { caFile: ca } };
}

function parseHttp(
  address: string,
  parameters: Parameters<typeof HTTP_PARAMETERS[number]>,
): HttpOrigin {
  const { authorization } = parameters;
  return {
    kind: "http",
    url: `${parseAddress(address, "the URL")}/`,
    ...readOptions(parameters),
    ...authorization !== undefined && { authorizationFile: authorization },
  };
}

/** Returns the URL without slashes at its end. */
function parseAddress(text: string, what: string): string {
  const match = /^https?:\/\/[^/?#@\s]+(?:\/([^?#@\s]*?))?\/?$/i.exec(text);
  const url = match && URL.parse(text);
  if (!url || match[1] && !hasPlainSegments(match[1])) {
    throw invalid(`expected ${what} to be http(s)://HOST[:PORT][/PATH], without . and ..`);
  }
  return url.href.replace(/\/$/, "");
}

function parseS3(
  address: string,
  parameters: Parameters<typeof S3_PARAMETERS[number]>,
  readVariable: ReadVariable,
): S3Origin {
  const [bucket, path = ""] = splitOnce(address.replace(SCHEME, ""), "/");
  if (!BUCKET.test(bucket)) throw invalid("expected s3://BUCKET[/PREFIX]");
  const prefix = path.replace(/\/$/, "");
  if (prefix && !isRemotePath(prefix)) throw invalid("expected a prefix without . and ..");
  const { credentials } = parameters;
  return {
    kind: "s3",
    bucket,
    prefix: prefix && `${prefix}/`,
    ...locateBucket(bucket, parameters, readVariable),
    ...readOptions(parameters),
    anonymous: credentials === "anonymous",
    ...credentials !== undefined && credentials !== "anonymous" &&
      { credentialsFile: credentials },
  };
}

function locateBucket(
  bucket: string,
  parameters: Parameters<"endpoint" | "region" | "style">,
  readVariable: ReadVariable,
): Pick<S3Origin, "endpoint" | "region" | "style"> {
  const find = (...names: string[]) => names.map(readVariable).find(Boolean);
  const region = parameters.region ?? find("AWS_REGION", "AWS_DEFAULT_REGION") ?? DEFAULT_REGION;
  if (!REGION.test(region)) throw invalid("expected letters, digits and hyphens in the region");
  const given = parameters.endpoint ?? find("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL");
  const endpoint = given === undefined ? getAwsEndpoint(region) : parseAddress(given, "endpoint");
  const isHost = given === undefined && HOST_STYLE_BUCKET.test(bucket);
  const style = parameters.style ?? (isHost ? "host" : "path");
  if (style !== "path" && style !== "host") throw invalid("expected style=path or style=host");
  if (style === "host" && !/^[a-z0-9.-]+$/.test(bucket)) {
    throw invalid("expected a bucket of lower case for style=host");
  }
  return { endpoint, region, style };
}

function getAwsEndpoint(region: string): string {
  return `https://s3.${region}.amazonaws.com${region.startsWith("cn-") ? ".cn" : ""}`;
}
