import { assertEquals } from "@std/assert";
import { amspackager } from "../../lib/packager/command.ts";
import { PACKAGER_HELP } from "../../lib/packager/options.ts";

Deno.test("amspackager() prints its help on stdout", async () => {
  const lines: string[] = [];
  const out = {
    line: (text: string) => lines.push(text),
    warn: (text: string) => lines.push(text),
  };
  assertEquals([await amspackager(["--help"], out, { version: "1.2.3" }), lines], [0, [
    PACKAGER_HELP,
  ]]);
});

Deno.test("amspackager() prints an internal error as one line, without a stack", async () => {
  const errors: string[] = [];
  const out = {
    line: () => {
      throw new TypeError("x is not a function\n    at y");
    },
    warn: (text: string) => errors.push(text),
  };
  assertEquals(await amspackager(["--version"], out, { version: "1.2.3" }), 1);
  assertEquals(errors, [
    "amspackager: Internal error, please report it: TypeError: x is not a function",
  ]);
});
