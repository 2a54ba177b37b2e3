import { assertEquals } from "@std/assert";
import { describeSystemError } from "../../lib/cli/system_error.ts";

const cases: [error: unknown, text: string][] = [
  [new Deno.errors.NotFound("No such file: /etc/x"), "no such file or directory"],
  [new Deno.errors.IsADirectory("EISDIR: /etc"), "it is a directory"],
  [new Deno.errors.AddrInUse("in use"), "the port is in use"],
  [Object.assign(new Error("EISDIR: /etc/x"), { code: "EISDIR" }), "it is a directory"],
  [Object.assign(new Error("EMFILE: /etc/x"), { code: "EMFILE" }), "EMFILE"],
  [
    Object.assign(new Error("Read-only file system (os error 30)"), { code: "EROFS" }),
    "the file system is read-only",
  ],
  [
    new Error("failed to lookup address information: Name or service not known"),
    "the host name does not resolve",
  ],
  [new URIError("invalid host 'a b': invalid char"), "the host name does not resolve"],
  [new Error("first\nsecond"), "first"],
  ["text", "text"],
];

for (const [error, text] of cases) {
  Deno.test(`describeSystemError() returns ${text} for ${String(error).split("\n")[0]}`, () => {
    assertEquals(describeSystemError(error), text);
  });
}
