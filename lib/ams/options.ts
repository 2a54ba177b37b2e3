/** The command line of ams. */

import { parseArgs } from "@std/cli/parse-args";
import { UsageError } from "../cli/usage_error.ts";
import type { LogFormat } from "../http/access_log.ts";

/** What was asked for on the command line. Paths as they were typed. */
export interface AmsOptions {
  readonly root: string;
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  /** Left out: one a core. */
  readonly workers?: number;
  /** In bytes, for all workers together. */
  readonly cache: number;
  /** Files in PEM. */
  readonly certificate?: { readonly cert: string; readonly key: string };
  readonly log: LogFormat;
  /** `*`: pages of every origin may use the answers. */
  readonly origins: readonly string[];
  /** Names of parameters that manifests carry on to every URL in them. */
  readonly forwarded: readonly string[];
  /** Titles and folders have pages and about.json, and folders are presentations. */
  readonly listing: boolean;
  /** Seconds that answers under way have after a signal to stop. */
  readonly grace: number;
}

export const AMS_HELP = `ams: serve MP4 files and packages as streams

  ams -d /srv/media -p 80

  -d, --docroot FOLDER      what to serve (default: the current folder)
  -p, --port NUMBER         where to listen; 0: any free one (default: 8080)
      --host ADDRESS        where to listen (default: 0.0.0.0)
      --workers NUMBER      threads (default: one a core; where the system does not share
                            connections out, macOS and Windows, one)
      --cache SIZE          memory for open titles and segments in demand (default: 256M)
      --cert FILE           serve TLS: the certificate chain, in PEM
      --key FILE            and its private key
      --log FORM            a line a request: text, json or none (default: text)
      --allow-origin LIST   origins whose pages may use the answers, parted by commas;
                            '*': all, none: none (default: '*')
      --pass-query LIST     query parameters of a manifest's URL that every URL in it carries on,
                            parted by commas, as token (may be repeated)
      --no-listing          no pages, no about.json, no folders as presentations
      --grace SECONDS       for answers under way when told to stop (default: 10)
  -h, --help                say this
      --version             say the version`;

const STRINGS = [
  "docroot",
  "port",
  "host",
  "workers",
  "cache",
  "cert",
  "key",
  "log",
  "allow-origin",
  "pass-query",
  "grace",
];

const MAX_WORKERS = 256;

/** Of what a cache of files that are open can do with. In bytes. */
const LEAST_CACHE = 2 ** 20;

type Values = Record<string, unknown>;

/**
 * @returns what to serve, or which of the two texts to print
 * @throws UsageError
 */
export function parseAmsOptions(args: readonly string[]): AmsOptions | "help" | "version" {
  const faults: string[] = [];
  const values = parseArgs(args, {
    string: STRINGS,
    boolean: ["help", "version", "listing"],
    collect: ["pass-query"],
    negatable: ["listing"],
    default: { listing: true },
    alias: { docroot: "d", port: "p", help: "h" },
    unknown: (typed) => {
      faults.push(`Cannot use ${typed}: see ams --help`);
      return false;
    },
  });
  if (values["help"]) return "help";
  if (values["version"]) return "version";
  const stray = faults[0] ?? (values._.length > 0 ? `Cannot use '${values._[0]}'` : undefined);
  if (stray) throw new UsageError(stray);
  const certificate = certificateOf(values);
  return {
    root: text(values, "docroot") ?? ".",
    host: text(values, "host") ?? "0.0.0.0",
    port: count(values, "port", { least: 0, most: 65535 }) ?? 8080,
    ...optional("workers", count(values, "workers", { least: 1, most: MAX_WORKERS })),
    cache: size(values, "cache") ?? 256 * 2 ** 20,
    ...optional("certificate", certificate),
    log: logForm(values),
    origins: originsOf(values),
    forwarded: passedOf(values),
    listing: values["listing"] as boolean,
    grace: count(values, "grace", { least: 0, most: 86400 }) ?? 10,
  };
}

function optional<K extends string, V>(key: K, value: V | undefined): { [key in K]?: V } {
  return value === undefined ? {} : { [key]: value } as { [key in K]?: V };
}

function text(values: Values, flag: string): string | undefined {
  const value = values[flag];
  if (value === "") throw new UsageError(`Cannot use --${flag} without a value`);
  return value as string | undefined;
}

function count(
  values: Values,
  flag: string,
  { least, most }: { least: number; most: number },
): number | undefined {
  const typed = text(values, flag);
  if (typed === undefined) return undefined;
  const value = Number(typed);
  if (!/^[0-9]+$/.test(typed) || value < least || value > most) {
    throw new UsageError(`Cannot use --${flag} ${typed}: it is a number from ${least} to ${most}`);
  }
  return value;
}

/** A number, of bytes or of what the letter after it says. */
function size(values: Values, flag: string): number | undefined {
  const typed = text(values, flag);
  if (typed === undefined) return undefined;
  const [, digits, unit] = /^([0-9]{1,12})([KMG]?)$/i.exec(typed) ?? [];
  const bytes = Number(digits) * 1024 ** ["", "K", "M", "G"].indexOf((unit ?? "").toUpperCase());
  if (!(bytes >= LEAST_CACHE && Number.isSafeInteger(bytes))) {
    throw new UsageError(
      `Cannot use --${flag} ${typed}: it is a size of 1M or more, as 256M or 2G`,
    );
  }
  return bytes;
}

function certificateOf(values: Values): AmsOptions["certificate"] {
  const [cert, key] = [text(values, "cert"), text(values, "key")];
  if (cert && key) return { cert, key };
  if (cert || key) {
    throw new UsageError("Cannot use --cert without --key, nor --key without --cert");
  }
  return undefined;
}

function logForm(values: Values): LogFormat {
  const form = text(values, "log") ?? "text";
  if (form === "text" || form === "json" || form === "none") return form;
  throw new UsageError(`Cannot use --log ${form}: it is text, json or none`);
}

function originsOf(values: Values): string[] {
  const typed = values["allow-origin"] as string | undefined ?? "*";
  if (typed === "" || typed === "none") return [];
  const origins = typed.split(",").map((origin) => origin.trim().replace(/\/$/, ""));
  const odd = origins.find((origin) =>
    origin !== "*" && !/^[a-z][a-z0-9+.-]*:\/\/[^\/\s]+$/i.test(origin)
  );
  if (odd === undefined) return origins;
  throw new UsageError(`Cannot use --allow-origin ${odd}: an origin is as https://example.com`);
}

function passedOf(values: Values): string[] {
  const lists = values["pass-query"] as readonly string[];
  const names = lists.flatMap((list) => list.split(",")).map((name) => name.trim());
  if (!names.includes("")) return [...new Set(names)];
  throw new UsageError(
    `Cannot use --pass-query ${lists.join(" ")}: it is a list of names, as token,user`,
  );
}
