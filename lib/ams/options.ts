import { formatHelp } from "../cli/help.ts";
import {
  addLayers,
  CONFIG_OPTION,
  formatLayers,
  type OptionSources,
} from "../cli/option_layers.ts";
import {
  type Command,
  HELP_OPTION,
  type OptionTable,
  type OptionUse,
  type OptionValues,
  parseCommandLine,
  readOptions,
  VERSION_OPTION,
} from "../cli/option_table.ts";
import { UsageError } from "../cli/usage_error.ts";
import { choiceType, HOST_AND_PORT, integerType, sizeType, TEXT } from "../cli/value_types.ts";
import { LOG_FORMATS, type LogFormat } from "../log/log_format.ts";
import { parseNames, parseNetworks, parseOrigins } from "./list_values.ts";
import type { KeyServing } from "../server/app.ts";
import { refuseTraces } from "./telemetry.ts";

export interface AmsOptions {
  readonly root: string;
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** Absent: one per processor core. */
  readonly workers?: number;
  readonly cacheBytes: number;
  readonly certificate?: { readonly cert: string; readonly key: string };
  /** Where the main thread responds to monitoring; absent: nowhere. */
  readonly admin?: { readonly host: string; readonly port: number };
  /** Absent: everything is open. */
  readonly auth?: string;
  /** Key file; absent: protected packages cannot be served. */
  readonly keys?: string;
  /** Absent: players get no keys. */
  readonly serveKeys?: KeyServing;
  readonly log: LogFormat;
  /** Addresses and networks. */
  readonly trustedProxies: readonly string[];
  /** `*`: all. */
  readonly origins: readonly string[];
  readonly forwarded: readonly string[];
  /** Pages, about.json and directories as presentations. */
  readonly listing: boolean;
  /** Absent: false. */
  readonly sandboxFiles?: boolean;
  readonly packagesOnly?: boolean;
  readonly drainSeconds: number;
  readonly graceSeconds: number;
  readonly sendTimeoutSeconds: number;
  /** With `--print-config`: the lines to print instead of serving. */
  readonly printedConfig?: readonly string[];
}

const KEY_SERVING = ["access", "open"] as const satisfies readonly KeyServing[];

/**
 * A row makes a flag, a line of `--help` and `--print-config`, an environment variable and a key of the configuration
 * file, whose schema `deno task test:update` writes. docs/ams.md describes it.
 */
const OPTIONS = {
  docroot: {
    short: "d",
    placeholder: "DIRECTORY",
    default: ".",
    defaultHelp: "the current directory",
    help: "Directory to serve",
    ...TEXT,
  },
  port: {
    short: "p",
    placeholder: "NUMBER",
    default: "8080",
    help: "TCP port; 0: any free port",
    fallbackVariable: "PORT",
    ...integerType({ min: 0, max: 65535 }),
  },
  host: {
    placeholder: "ADDRESS",
    default: "0.0.0.0",
    help: "Address to listen on",
    ...TEXT,
  },
  workers: {
    placeholder: "NUMBER",
    defaultHelp: "one per core; always one on macOS and Windows",
    help: "Threads that handle requests, up to 256",
    ...integerType({ min: 1, max: 256 }),
  },
  cache: {
    placeholder: "SIZE",
    default: "256M",
    help: "Memory for open assets and frequently requested segments",
    ...sizeType({ min: 2 ** 20, expected: "a size of at least 1M, such as 256M or 2G" }),
  },
  cert: {
    placeholder: "FILE",
    help: "Serve HTTPS with this certificate chain (PEM); requires --key",
    ...TEXT,
  },
  key: {
    placeholder: "FILE",
    help: "Private key of the certificate (PEM)",
    ...TEXT,
  },
  admin: {
    placeholder: "HOST:PORT",
    help: "Serve /metrics, /livez and /readyz at this address, which clients should not reach",
    ...HOST_AND_PORT,
  },
  auth: {
    placeholder: "FILE",
    help: "Require access tokens, as the keys and policies of this JSON file say",
    ...TEXT,
  },
  keys: {
    placeholder: "FILE",
    help: "Encrypt protected packages with keys of the sources in this JSON file",
    ...TEXT,
  },
  "serve-keys": {
    placeholder: "WHOM",
    help: "Give players the keys of packages: access (those whom --auth admits) or open (anybody)",
    ...choiceType(KEY_SERVING),
  },
  log: {
    placeholder: "FORMAT",
    default: "text",
    help: "Access log: text, json, combined, errors (of the server only) or none",
    ...choiceType(LOG_FORMATS),
  },
  "trust-proxy": {
    placeholder: "LIST",
    help:
      "Addresses and networks of proxies, separated by commas, whose X-Forwarded-For names the " +
      "client; may be repeated",
    repeats: true,
    expected: "addresses and networks such as 127.0.0.1,10.0.0.0/8, separated by commas",
    parse: parseNetworks,
  },
  "allow-origin": {
    placeholder: "LIST",
    default: "*",
    defaultHelp: "*, all origins",
    help: "Origins whose pages may read responses (CORS), separated by commas, or none",
    list: true,
    allowEmpty: true,
    expected: "origins such as https://example.com, separated by commas",
    parse: parseOrigins,
  },
  "pass-query": {
    placeholder: "LIST",
    help:
      "Query parameters, separated by commas, that manifests append to every URL they contain; " +
      "may be repeated",
    repeats: true,
    expected: "names separated by commas, such as token,user",
    parse: parseNames,
  },
  listing: {
    default: true,
    help: "Disable pages, about.json and directories as presentations",
  },
  "sandbox-files": {
    default: false,
    help: "Serve .html, .svg and .xml files with Content-Security-Policy: sandbox",
  },
  "packages-only": {
    default: false,
    help: "Serve packages alone: no media files, no directories as presentations, no static files",
  },
  drain: {
    placeholder: "SECONDS",
    default: "0",
    help: "How long to serve on after SIGTERM while health reports 503, before stopping",
    ...integerType({ min: 0, max: 86400 }),
  },
  grace: {
    placeholder: "SECONDS",
    default: "10",
    help: "How long responses in progress may continue after a signal to stop",
    ...integerType({ min: 0, max: 86400 }),
  },
  "send-timeout": {
    placeholder: "SECONDS",
    default: "60",
    help: "How long a client may read nothing before its response is aborted",
    ...integerType({ min: 1, max: 86400 }),
  },
  config: CONFIG_OPTION,
  "print-config": {
    default: false,
    help: "Print the value of each option and what sets it, and exit",
    layers: ["flag"],
  },
  help: HELP_OPTION,
  version: VERSION_OPTION,
} as const satisfies OptionTable;

export const AMS_COMMAND = {
  name: "ams",
  summary: "serve MP4 files and packages as DASH, HLS and Smooth Streaming",
  usage: ["[-d DIRECTORY] [-p NUMBER] [options]", "check [options]", "token [options]"],
  example: "-d /srv/media -p 80",
  description: [
    "Options can also be set in the environment (AMS_PORT for --port) and in the file of --config. " +
    "A flag takes precedence over the environment, which takes precedence over the file.",
  ],
  options: OPTIONS,
  noOperands: "expected -d before the directory",
} as const satisfies Command;

export const AMS_HELP = formatHelp(AMS_COMMAND);

/** For tests of the command line alone. */
const NO_SOURCES: OptionSources = {
  getVariable: () => undefined,
  readTextFile: (path) => {
    throw new UsageError(`Cannot read '${path}'`);
  },
};

/**
 * Parses a command line, and reads the environment and the configuration file.
 *
 * @param sources default: none
 * @throws UsageError
 */
export function parseAmsOptions(
  args: readonly string[],
  sources: OptionSources = NO_SOURCES,
): AmsOptions | "help" | "version" {
  const line = parseCommandLine(AMS_COMMAND, args);
  return typeof line === "string" ? line : readAmsOptions(line.uses, sources);
}

/**
 * Reads the options of `ams`, also on the command line of another command that has them.
 *
 * @throws UsageError
 */
export function readAmsOptions(flags: readonly OptionUse[], sources: OptionSources): AmsOptions {
  const uses = addLayers(AMS_COMMAND.name, OPTIONS, flags, sources);
  const values = readOptions(OPTIONS, uses);
  const options = toAmsOptions(values);
  refuseTraces(options, sources.getVariable);
  return values["print-config"]
    ? { ...options, printedConfig: formatLayers(OPTIONS, uses) }
    : options;
}

function toAmsOptions(
  { docroot, workers, admin, cert, key, auth, keys, "serve-keys": serveKeys, ...options }:
    OptionValues<typeof OPTIONS>,
): AmsOptions {
  if ((cert === undefined) !== (key === undefined)) {
    throw new UsageError("Cannot use --cert without --key, nor --key without --cert");
  }
  if (admin && isSameEndpoint(admin, options)) {
    throw new UsageError(`Cannot use port ${admin.port} for --admin: --port is the same`);
  }
  return {
    root: docroot,
    host: options.host,
    port: options.port,
    ...(workers !== undefined && { workers }),
    cacheBytes: options.cache,
    ...(cert !== undefined && key !== undefined && { certificate: { cert, key } }),
    ...(admin && { admin }),
    ...(auth !== undefined && { auth }),
    ...(keys !== undefined && { keys }),
    ...(serveKeys !== undefined && { serveKeys }),
    log: options.log,
    trustedProxies: options["trust-proxy"],
    origins: options["allow-origin"],
    forwarded: [...new Set(options["pass-query"])],
    listing: options.listing,
    ...(options["sandbox-files"] && { sandboxFiles: true }),
    ...(options["packages-only"] && { packagesOnly: true }),
    drainSeconds: options.drain,
    graceSeconds: options.grace,
    sendTimeoutSeconds: options["send-timeout"],
  };
}

type Endpoint = Pick<AmsOptions, "host" | "port">;

/** Port 0 is another one each time. */
function isSameEndpoint(first: Endpoint, second: Endpoint): boolean {
  const hosts = [first.host, second.host];
  const overlaps = first.host === second.host ||
    hosts.some((it) => it === "0.0.0.0" || it === "::");
  return first.port !== 0 && first.port === second.port && overlaps;
}
