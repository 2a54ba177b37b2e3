import { assertEquals, assertThrows } from "@std/assert";
import { AMS_HELP, parseAmsOptions } from "../../lib/ams/options.ts";
import { UsageError } from "../../lib/cli/usage_error.ts";

const DEFAULTS = {
  root: ".",
  host: "0.0.0.0",
  port: 8080,
  cache: 256 * 2 ** 20,
  log: "text",
  origins: ["*"],
  forwarded: [],
  listing: true,
  grace: 10,
};

const lines: [args: string, options: unknown][] = [
  ["", DEFAULTS],
  ["-d /srv -p 80", { ...DEFAULTS, root: "/srv", port: 80 }],
  ["--docroot /srv --port 0", { ...DEFAULTS, root: "/srv", port: 0 }],
  ["-d=/srv --port=81", { ...DEFAULTS, root: "/srv", port: 81 }],
  ["--host ::1 --workers 2", { ...DEFAULTS, host: "::1", workers: 2 }],
  ["--cache 2G", { ...DEFAULTS, cache: 2 * 2 ** 30 }],
  ["--cache 1048576", { ...DEFAULTS, cache: 2 ** 20 }],
  ["--cache 2048k", { ...DEFAULTS, cache: 2 ** 21 }],
  ["--cert c.pem --key k.pem", { ...DEFAULTS, certificate: { cert: "c.pem", key: "k.pem" } }],
  ["--log json --grace 0", { ...DEFAULTS, log: "json", grace: 0 }],
  ["--allow-origin=", { ...DEFAULTS, origins: [] }],
  ["--allow-origin none", { ...DEFAULTS, origins: [] }],
  ["--allow-origin https://a.example/,http://b:81", {
    ...DEFAULTS,
    origins: ["https://a.example", "http://b:81"],
  }],
  ["--pass-query token", { ...DEFAULTS, forwarded: ["token"] }],
  ["--pass-query=token,user --pass-query=hdnts,user", {
    ...DEFAULTS,
    forwarded: ["token", "user", "hdnts"],
  }],
  ["--no-listing", { ...DEFAULTS, listing: false }],
  ["--help", "help"],
  ["-h --port x", "help"],
  ["--version", "version"],
];

for (const [line, options] of lines) {
  Deno.test(`parseAmsOptions() reads ams ${line}`, () => {
    assertEquals(parseAmsOptions(line.split(" ").filter(Boolean)), options as never);
  });
}

const faults: [args: string, says: string][] = [
  ["--docrot x", "Cannot use --docrot"],
  ["-x", "Cannot use -x"],
  ["films", "Cannot use films"],
  ["-p", "Cannot use --port without a value"],
  ["-p http", "Cannot use --port http"],
  ["-p 65536", "Cannot use --port 65536"],
  ["-p -1", "Cannot use"],
  ["-p 1.5", "Cannot use --port 1.5"],
  ["--workers 0", "Cannot use --workers 0"],
  ["--cache 5", "Cannot use --cache 5"],
  ["--cache 1T", "Cannot use --cache 1T"],
  ["--cache 9999999999G", "Cannot use --cache 9999999999G"],
  ["--cert c.pem", "Cannot use --cert without --key"],
  ["--key k.pem", "nor --key without --cert"],
  ["--log xml", "Cannot use --log xml"],
  ["--pass-query", "Cannot use --pass-query : it is a list of names"],
  ["--pass-query a,,b", "Cannot use --pass-query a,,b"],
  ["--allow-origin a", "Cannot use --allow-origin a"],
  ["--grace soon", "Cannot use --grace soon"],
];

for (const [line, says] of faults) {
  Deno.test(`parseAmsOptions() refuses ams ${line}`, () => {
    const error = assertThrows(() => parseAmsOptions(line.split(" ")), UsageError, says);
    assertEquals(error.message.includes("\n"), false);
  });
}

Deno.test("HELP names every flag", () => {
  const flags = ["docroot", "port", "host", "workers", "cache", "cert", "key", "log"];
  const more = ["allow-origin", "no-listing", "grace", "help", "version"];
  assertEquals([...flags, ...more].filter((flag) => !AMS_HELP.includes(`--${flag} `)), []);
});
