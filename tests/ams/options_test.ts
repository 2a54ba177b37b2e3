import { assertEquals, assertThrows } from "@std/assert";
import { AMS_HELP } from "../../lib/ams/ams_command.ts";
import { parseAmsOptions } from "../../lib/ams/options.ts";
import { EXPECTED_HOST } from "../../lib/ams/socket_option.ts";
import { UsageError } from "../../lib/cli/usage_error.ts";

const DEFAULTS = {
  root: ".",
  host: "::",
  port: 8080,
  cacheBytes: 256 * 2 ** 20,
  sources: {
    mounts: [],
    allowed: [],
    cacheBytes: 256 * 2 ** 20,
    freshSeconds: 5,
    timeoutSeconds: 8,
  },
  channels: "live",
  ingestBytes: 512 * 2 ** 20,
  log: "text",
  trustedProxies: [],
  origins: ["*"],
  forwarded: [],
  listing: true,
  embedders: ["*"],
  sidecars: true,
  drainSeconds: 0,
  graceSeconds: 10,
  sendTimeoutSeconds: 60,
};

const lines: [args: string, options: unknown][] = [
  ["", DEFAULTS],
  ["-d /srv -p 80", { ...DEFAULTS, root: "/srv", port: 80 }],
  ["--docroot /srv --port 0", { ...DEFAULTS, root: "/srv", port: 0 }],
  ["-d=/srv --port=81", { ...DEFAULTS, root: "/srv", port: 81 }],
  ["--host unix:/run/ams.sock --workers 1 --ingest 127.0.0.1:8080", {
    ...DEFAULTS,
    host: "unix:/run/ams.sock",
    socketPath: "/run/ams.sock",
    workers: 1,
    ingest: { host: "127.0.0.1", port: 8080 },
  }],
  ["--host ::1 --workers 2", { ...DEFAULTS, host: "::1", workers: 2 }],
  ["--cache 2G", { ...DEFAULTS, cacheBytes: 2 * 2 ** 30 }],
  ["--cache 1048576", { ...DEFAULTS, cacheBytes: 2 ** 20 }],
  ["--cache 2048k", { ...DEFAULTS, cacheBytes: 2 ** 21 }],
  ["--cert c.pem --key k.pem", { ...DEFAULTS, certificate: { cert: "c.pem", key: "k.pem" } }],
  ["--log json --grace 0", { ...DEFAULTS, log: "json", graceSeconds: 0 }],
  ["--drain 5", { ...DEFAULTS, drainSeconds: 5 }],
  ["--admin 127.0.0.1:9090", { ...DEFAULTS, admin: { host: "127.0.0.1", port: 9090 } }],
  ["--send-timeout 5", { ...DEFAULTS, sendTimeoutSeconds: 5 }],
  ["--allow-origin=", { ...DEFAULTS, origins: [] }],
  ["--allow-origin none", { ...DEFAULTS, origins: [] }],
  ["--allow-origin HTTPS://A.example:443,http://b:8080,capacitor://localhost,*", {
    ...DEFAULTS,
    origins: ["https://a.example", "http://b:8080", "capacitor://localhost", "*"],
  }],
  ["--allow-origin https://a.example/,http://b:81", {
    ...DEFAULTS,
    origins: ["https://a.example", "http://b:81"],
  }],
  ["--allow-embed https://A.example,self --public-url https://media.example.com/vod", {
    ...DEFAULTS,
    embedders: ["https://a.example", "'self'"],
    publicUrl: "https://media.example.com/vod/",
  }],
  ["--log combined", { ...DEFAULTS, log: "combined" }],
  ["--trust-proxy 127.0.0.1,10.0.0.0/8 --trust-proxy ::1,unix:", {
    ...DEFAULTS,
    trustedProxies: ["127.0.0.1", "10.0.0.0/8", "::1", "unix:"],
  }],
  ["--pass-query token", { ...DEFAULTS, forwarded: ["token"] }],
  ["--pass-query=token,user --pass-query=hdnts,user", {
    ...DEFAULTS,
    forwarded: ["token", "user", "hdnts"],
  }],
  ["--no-listing", { ...DEFAULTS, listing: false }],
  ["/srv", { ...DEFAULTS, root: "/srv" }],
  ["--no-listing ./token -p 0", { ...DEFAULTS, root: "./token", port: 0, listing: false }],
  ["--listing true", DEFAULTS],
  ["-- -d", { ...DEFAULTS, root: "-d" }],
  ["--auth auth.json", { ...DEFAULTS, auth: "auth.json" }],
  ["--sandbox-files", { ...DEFAULTS, sandboxFiles: true }],
  ["--packages-only", { ...DEFAULTS, packagesOnly: true }],
  ["--channels ./tv/channels/", { ...DEFAULTS, channels: "tv/channels" }],
  ["--ingest 0.0.0.0:1935 --ingest-memory 1G", {
    ...DEFAULTS,
    ingest: { host: "0.0.0.0", port: 1935 },
    ingestBytes: 2 ** 30,
  }],
  ["--cert c.pem --key k.pem --ingest-tls [::]:1936", {
    ...DEFAULTS,
    certificate: { cert: "c.pem", key: "k.pem" },
    ingestTls: { host: "::", port: 1936 },
  }],
  ["-p 0 --ingest 127.0.0.1:0", {
    ...DEFAULTS,
    port: 0,
    ingest: { host: "127.0.0.1", port: 0 },
  }],
  ["--help", "help"],
  ["-h --port x", "help"],
  ["--version", "version"],
];

for (const [line, options] of lines) {
  Deno.test(`parseAmsOptions() reads ams ${line}`, () => {
    assertEquals(parseAmsOptions(line.split(" ").filter(Boolean)), options as never);
  });
}

const PORT = "expected a number from 0 to 65535";
const SIZE = "expected a size of at least 1M, such as 256M or 2G";
const PAIR = "Cannot use --cert without --key, nor --key without --cert";
const HOST_PORT = "expected a host and a port, such as 127.0.0.1:9090 or [::1]:9090";
const NAMES = "expected names separated by commas, such as token,user";
const CHANNELS = "expected a directory below the document root, such as live";
const ORIGINS = "expected origins such as https://example.com, separated by commas";

const refused: [args: string, message: string][] = [
  ["--docrot x", 'Cannot use "--docrot": unknown, did you mean --docroot?'],
  ["-x", 'Cannot use "-x": unknown, see ams --help'],
  ["a b", 'Cannot use "b": expected one directory'],
  ["films -d .", 'Cannot use "films" with -d: expected one of them'],
  ["--docroot . films", 'Cannot use "films" with --docroot: expected one of them'],
  ["--listing=", 'Cannot use --listing with "": expected no value'],
  ["-p 80 -p81", "Cannot use -p twice"],
  ["-p", `Cannot use -p without a value: ${PORT}`],
  ["-p http", `Cannot use -p "http": ${PORT}`],
  ["--port 65536", `Cannot use --port "65536": ${PORT}`],
  ["-p -1", `Cannot use -p without a value: ${PORT}; write -p=VALUE if the value begins with "-"`],
  ["-p=-1", `Cannot use -p "-1": ${PORT}`],
  ["-p 1.5", `Cannot use -p "1.5": ${PORT}`],
  ["--workers 0", 'Cannot use --workers "0": expected a number from 1 to 256'],
  ["--cache 5", `Cannot use --cache "5": ${SIZE}`],
  ["--cache 1T", `Cannot use --cache "1T": ${SIZE}`],
  ["--cache 9999999999G", `Cannot use --cache "9999999999G": ${SIZE}`],
  ["--cert c.pem", PAIR],
  ["--key k.pem", PAIR],
  [
    "--trust-proxy 10/8",
    'Cannot use --trust-proxy "10/8": expected addresses and networks such as ' +
    "127.0.0.1,10.0.0.0/8, separated by commas",
  ],
  ["--log xml", 'Cannot use --log "xml": expected one of text, json, combined, errors, none'],
  ["--pass-query", `Cannot use --pass-query without a value: ${NAMES}`],
  ["--pass-query a,,b", `Cannot use --pass-query "a,,b": ${NAMES}`],
  ["--allow-origin a", `Cannot use --allow-origin "a": ${ORIGINS}`],
  ["--admin 9090", `Cannot use --admin "9090": ${HOST_PORT}`],
  ["--admin 127.0.0.1:8080", "Cannot use port 8080 for --admin: --port is the same"],
  [
    "--host ::1 -p 90 --admin [::1]:90",
    "Cannot use port 90 for --admin: --port is the same",
  ],
  ["--host unix:ams", `Cannot use --host "unix:ams": expected ${EXPECTED_HOST}`],
  ["--host unix:/a -p 80", "Cannot use -p with --host unix:/a"],
  ["--host unix:/a --cert c --key k", "Cannot use --cert with --host unix:/a"],
  ["--channels /srv/live", `Cannot use --channels "/srv/live": ${CHANNELS}`],
  ["--channels a/../b", `Cannot use --channels "a/../b": ${CHANNELS}`],
  ["--channels .", `Cannot use --channels ".": ${CHANNELS}`],
  ["--channels .live", `Cannot use --channels ".live": ${CHANNELS}`],
  ["--channels news.LIVE", `Cannot use --channels "news.LIVE": ${CHANNELS}`],
  ["--ingest 1935", `Cannot use --ingest "1935": ${HOST_PORT}`],
  ["--ingest 0.0.0.0:8080", "Cannot use port 8080 for --ingest: --port is the same"],
  [
    "--admin 127.0.0.1:90 --ingest [::]:90",
    "Cannot use port 90 for --ingest: --admin is the same",
  ],
  [
    "--cert c --key k --ingest 127.0.0.1:90 --ingest-tls 127.0.0.1:90",
    "Cannot use port 90 for --ingest-tls: --ingest is the same",
  ],
  ["--ingest-tls 127.0.0.1:1", "Cannot use --ingest-tls without --cert and --key"],
  [
    "--ingest-memory 1M",
    'Cannot use --ingest-memory "1M": expected a size of at least 64M, such as 512M or 2G',
  ],
  ["--grace soon", 'Cannot use --grace "soon": expected a number from 0 to 86400'],
  ["--send-timeout 0", 'Cannot use --send-timeout "0": expected a number from 1 to 86400'],
  ["--no-grace 1", 'Cannot use "--no-grace": unknown, did you mean --grace?'],
  ["--no-listing=1", 'Cannot use --no-listing with "1": expected no value'],
];

for (const [line, message] of refused) {
  Deno.test(`parseAmsOptions() refuses ams ${line}`, () => {
    const error = assertThrows(() => parseAmsOptions(line.split(" ")), UsageError);
    assertEquals(error.message, message);
  });
}

Deno.test("AMS_HELP names every flag", () => {
  const flags = ["docroot", "port", "host", "workers", "cache", "cert", "key", "auth", "log"];
  const more = [
    "admin",
    "allow-origin",
    "pass-query",
    "no-listing",
    "sandbox-files",
    "packages-only",
    "channels",
    "ingest",
    "ingest-tls",
    "ingest-memory",
    "drain",
    "grace",
    "send-timeout",
    "help",
    "version",
  ];
  assertEquals([...flags, ...more].filter((flag) => !AMS_HELP.includes(`--${flag} `)), []);
});
