/** The options of `ams`. */

import { formatHelp } from "../cli/help.ts";
import { CONFIG_OPTION } from "../cli/option_layers.ts";
import {
  type Command,
  HELP_OPTION,
  type OptionTable,
  VERSION_OPTION,
} from "../cli/option_table.ts";
import { choiceType, HOST_AND_PORT, integerType, sizeType, TEXT } from "../cli/value_types.ts";
import { DEFAULT_CHANNELS_DIRECTORY } from "../library/channel_paths.ts";
import { LOG_FORMATS } from "../log/log_format.ts";
import type { KeyServing } from "../server/app.ts";
import { EXPECTED_HOST, parseHost } from "./socket_option.ts";
import { parseChannelsDirectory, parseNames, parseNetworks, parseOrigins } from "./list_values.ts";
import { parseEmbedders, parsePublicUrl } from "./public_url.ts";
import { SOURCE_OPTIONS } from "./source_options.ts";

const KEY_SERVING = ["access", "open"] as const satisfies readonly KeyServing[];

/**
 * A row makes a flag, a line of `--help` and `--print-config`, an environment variable and a key of the configuration
 * file, whose schema `deno task test:update` writes. docs/ams.md describes it.
 */
const OPTIONS = {
  docroot: {
    short: "d",
    placeholder: "SOURCE",
    default: ".",
    defaultHelp: "the current directory",
    help: "Directory to serve, also without -d, or http(s)://… or s3://BUCKET/PREFIX",
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
    default: "::",
    defaultHelp: "all, IPv6 and IPv4",
    help: "Address to listen on, or unix:/PATH for a Unix domain socket",
    expected: EXPECTED_HOST,
    parse: parseHost,
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
  ...SOURCE_OPTIONS,
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
  channels: {
    placeholder: "DIRECTORY",
    default: DEFAULT_CHANNELS_DIRECTORY,
    help: "Directory of live channels and their recordings, below the document root",
    expected: "a directory below the document root, such as live",
    parse: parseChannelsDirectory,
  },
  ingest: {
    placeholder: "HOST:PORT",
    help: "Let encoders publish to live channels at this address",
    ...HOST_AND_PORT,
  },
  "ingest-tls": {
    placeholder: "HOST:PORT",
    help: "The same over TLS, with the certificate of --cert and --key",
    ...HOST_AND_PORT,
  },
  "ingest-memory": {
    placeholder: "SIZE",
    default: "512M",
    help: "Memory for what encoders have published and the disk has not taken yet",
    ...sizeType({ min: 2 ** 26, expected: "a size of at least 64M, such as 512M or 2G" }),
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
      "Addresses and networks of proxies, and unix:, separated by commas, whose X-Forwarded-For " +
      "names the client; may be repeated",
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
  "allow-embed": {
    placeholder: "LIST",
    default: "*",
    defaultHelp: "*, all origins",
    help: "Origins whose pages may embed the player of an asset, separated by commas, or none",
    list: true,
    allowEmpty: true,
    expected: "origins such as https://example.com or https://*.example.com, separated by commas",
    parse: parseEmbedders,
  },
  "public-url": {
    placeholder: "URL",
    help: "Where clients find the document root: pages then carry Open Graph tags and oEmbed",
    expected: "a URL such as https://media.example.com/vod, without a query",
    parse: parsePublicUrl,
  },
  "sandbox-files": {
    default: false,
    help: "Serve .html, .svg and .xml files with Content-Security-Policy: sandbox",
  },
  "packages-only": {
    default: false,
    help: "Serve packages alone: no media files, no directories as presentations, no static files",
  },
  sidecars: {
    default: true,
    help: "Play media files without the files that belong to them by name",
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
  usage: ["[DIRECTORY] [-p NUMBER] [options]", "check [DIRECTORY] [options]", "token [options]"],
  example: "/srv/media -p 8080",
  description: [
    "Options can also be set in the environment (AMS_PORT for --port) and in the file of --config. " +
    "A flag takes precedence over the environment, which takes precedence over the file.",
  ],
  options: OPTIONS,
  operandType: "DIRECTORY",
} as const satisfies Command;

export const AMS_HELP = formatHelp(AMS_COMMAND);
