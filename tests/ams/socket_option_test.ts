import { assertEquals, assertThrows } from "@std/assert";
import { findSocketPath, parseHost, refuseWithSocket } from "../../lib/ams/socket_option.ts";
import { UsageError } from "../../lib/cli/usage_error.ts";

const hosts: [text: string, socketPath: string | undefined][] = [
  ["::", undefined],
  ["media.example", undefined],
  ["unix:/run/ams.sock", "/run/ams.sock"],
  ["unix:/run/a b:c", "/run/a b:c"],
];

for (const [text, path] of hosts) {
  Deno.test(`parseHost() accepts ${text}`, () => {
    assertEquals([parseHost(text), findSocketPath(text)], [text, path]);
  });
}

for (const text of ["unix:", "unix:/", "unix:a", "unix:/run/", `unix:/${"é".repeat(52)}`]) {
  Deno.test(`parseHost() refuses ${text}`, () => assertEquals(parseHost(text), undefined));
}

Deno.test("refuseWithSocket() names the option that a socket does not have, and where it is set", () => {
  const use = { name: "port", flag: "-p", value: "80" };
  const refuse = (host: string, ...uses: typeof use[]) => refuseWithSocket({ host }, uses);
  refuse("::", use);
  refuse("unix:/a", { name: "workers", flag: "--workers", value: "1" });
  assertThrows(() => refuse("unix:/a", use), UsageError, "Cannot use -p with --host unix:/a");
  const workers = { name: "workers", flag: "workers", value: "2", file: "a.json" };
  const message = "a.json: Cannot use workers with --host unix:/a";
  assertThrows(() => refuse("unix:/a", workers), UsageError, message);
});
