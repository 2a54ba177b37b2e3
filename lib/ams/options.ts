import { type CommandLine, parseCommandLine } from "../cli/command_line.ts";
import { addLayers, formatLayers, type OptionSources } from "../cli/option_layers.ts";
import { type OptionUse, type OptionValues, readOptions } from "../cli/option_table.ts";
import { quoteArgument, UsageError } from "../cli/usage_error.ts";
import type { LogFormat } from "../log/log_format.ts";
import type { KeyServing } from "../server/app.ts";
import { AMS_COMMAND } from "./ams_command.ts";
import { findSocketPath, refuseWithSocket } from "./socket_option.ts";
import { readSourceOptions, requireLocalChannels, type SourceOptions } from "./source_options.ts";
import { refuseTraces } from "./telemetry.ts";

export interface Endpoint {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
}

export interface AmsOptions extends Endpoint {
  /** Unix domain socket to listen on instead; absent: host and port count. */
  readonly socketPath?: string;
  /** A directory unless `sources` says otherwise. */
  readonly root: string;
  readonly sources: SourceOptions;
  /** Absent: one per processor core. */
  readonly workers?: number;
  readonly cacheBytes: number;
  readonly certificate?: { readonly cert: string; readonly key: string };
  /** Where the main thread responds to monitoring; absent: nowhere. */
  readonly admin?: Endpoint;
  /** Absent: everything is open. */
  readonly auth?: string;
  /** Key file; absent: protected packages cannot be served. */
  readonly keys?: string;
  /** Absent: players get no keys. */
  readonly serveKeys?: KeyServing;
  /** Directory of channels, relative to the root. */
  readonly channels: string;
  /** Where encoders publish; absent: nowhere. */
  readonly ingest?: Endpoint;
  /** Where they publish over TLS, with the certificate. */
  readonly ingestTls?: Endpoint;
  /** Memory for what is published and not on disk yet. */
  readonly ingestBytes: number;
  readonly log: LogFormat;
  /** Addresses and networks. */
  readonly trustedProxies: readonly string[];
  /** `*`: all. */
  readonly origins: readonly string[];
  readonly forwarded: readonly string[];
  /** Pages, about.json and directories as presentations. */
  readonly listing: boolean;
  /** Sources of `frame-ancestors`; `*`: all. */
  readonly embedders: readonly string[];
  /** URL of the document root, with a slash at its end; absent: pages name no URL of themselves. */
  readonly publicUrl?: string;
  /** Absent: false. */
  readonly sandboxFiles?: boolean;
  readonly packagesOnly?: boolean;
  readonly sidecars: boolean;
  readonly drainSeconds: number;
  readonly graceSeconds: number;
  readonly sendTimeoutSeconds: number;
  /** With `--print-config`: the lines to print instead of serving. */
  readonly printedConfig?: readonly string[];
}

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
  return typeof line === "string" ? line : readAmsOptions(line, sources);
}

/**
 * Reads the options of `ams`, also on the command line of another command that has them.
 *
 * @throws UsageError
 */
export function readAmsOptions(line: CommandLine, sources: OptionSources): AmsOptions {
  const flags = [...line.uses, ...readDirectory(line)];
  const uses = addLayers(AMS_COMMAND.name, AMS_COMMAND.options, flags, sources);
  const values = readOptions(AMS_COMMAND.options, uses);
  refuseWithSocket(values, uses);
  const options = toAmsOptions(values, readSourceOptions(values, sources.getVariable));
  const allowed = values["allow-source"].find((url) => /^http/i.test(url));
  refuseTraces({ ...options, "allow-source": allowed }, sources.getVariable);
  return values["print-config"]
    ? { ...options, printedConfig: formatLayers(AMS_COMMAND.options, uses) }
    : options;
}

/** Returns the operand as the option that it stands for. */
function readDirectory({ uses, operands }: CommandLine): OptionUse[] {
  const [directory, second] = operands;
  if (directory === undefined) return [];
  if (second !== undefined) {
    throw new UsageError(`Cannot use ${quoteArgument(second)}: expected one directory`);
  }
  const flag = uses.find(({ name }) => name === "docroot")?.flag;
  if (flag !== undefined) {
    throw new UsageError(
      `Cannot use ${quoteArgument(directory)} with ${flag}: expected one of them`,
    );
  }
  if (directory === "") throw new UsageError('Cannot use "": expected a directory');
  return [{ name: "docroot", flag: "DIRECTORY", value: directory }];
}

function toAmsOptions(
  {
    docroot,
    workers,
    admin,
    cert,
    key,
    auth,
    keys,
    "serve-keys": serveKeys,
    ingest,
    "ingest-tls": ingestTls,
    "public-url": publicUrl,
    ...options
  }: OptionValues<typeof AMS_COMMAND.options>,
  sources: SourceOptions,
): AmsOptions {
  if ((cert === undefined) !== (key === undefined)) {
    throw new UsageError("Cannot use --cert without --key, nor --key without --cert");
  }
  if (ingestTls && cert === undefined) {
    throw new UsageError("Cannot use --ingest-tls without --cert and --key");
  }
  const socketPath = findSocketPath(options.host);
  if (ingest || ingestTls) requireLocalChannels(options.channels, sources);
  const main = socketPath === undefined ? options : undefined;
  requireDifferent({ port: main, admin, ingest, "ingest-tls": ingestTls });
  return {
    root: docroot,
    sources,
    host: options.host,
    port: options.port,
    ...(socketPath !== undefined && { socketPath }),
    ...(workers !== undefined && { workers }),
    cacheBytes: options.cache,
    ...(cert !== undefined && key !== undefined && { certificate: { cert, key } }),
    ...(admin && { admin }),
    ...(auth !== undefined && { auth }),
    ...(keys !== undefined && { keys }),
    ...(serveKeys !== undefined && { serveKeys }),
    channels: options.channels,
    ...(ingest && { ingest }),
    ...(ingestTls && { ingestTls }),
    ingestBytes: options["ingest-memory"],
    log: options.log,
    trustedProxies: options["trust-proxy"],
    origins: options["allow-origin"],
    forwarded: [...new Set(options["pass-query"])],
    listing: options.listing,
    embedders: options["allow-embed"],
    ...publicUrl !== undefined && { publicUrl },
    ...(options["sandbox-files"] && { sandboxFiles: true }),
    ...(options["packages-only"] && { packagesOnly: true }),
    sidecars: options.sidecars,
    drainSeconds: options.drain,
    graceSeconds: options.grace,
    sendTimeoutSeconds: options["send-timeout"],
  };
}

/** @throws UsageError if two options name the same port */
function requireDifferent(endpoints: Readonly<Record<string, Endpoint | undefined>>): void {
  const used = Object.entries(endpoints).flatMap(([name, it]) =>
    it ? [{ name, endpoint: it }] : []
  );
  for (const [i, { name, endpoint }] of used.entries()) {
    const same = used.slice(0, i).find((it) => isSameEndpoint(it.endpoint, endpoint));
    if (!same) continue;
    throw new UsageError(
      `Cannot use port ${endpoint.port} for --${name}: --${same.name} is the same`,
    );
  }
}

/** Port 0 is another one each time. */
function isSameEndpoint(first: Endpoint, second: Endpoint): boolean {
  const hosts = [first.host, second.host];
  const overlaps = first.host === second.host ||
    hosts.some((it) => it === "0.0.0.0" || it === "::");
  return first.port !== 0 && first.port === second.port && overlaps;
}
