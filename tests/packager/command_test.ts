import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { amspackager } from "../../lib/packager/command.ts";
import { PACKAGER_HELP } from "../../lib/packager/options.ts";
import { runPackager, TESTDATA, withDirectory } from "./films.ts";

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

for (
  const [reason, code] of [["SIGINT", 130], ["SIGTERM", 143], ["SIGBREAK", 149], [
    "internal",
    1,
  ]] as const
) {
  Deno.test(`amspackager() that ${reason} ends returns ${code}, and writes nothing`, () =>
    withDirectory(async (directory) => {
      const output = join(directory, "v.json");
      const run = await runPackager(["-o", output, join(TESTDATA, "ladder-avc-240p.mp4")], {
        watchSignals: () => AbortSignal.abort(reason),
      });
      assertEquals(run.code, code);
      assertEquals(run.errors, [`amspackager: Cannot write '${output}': it was interrupted`]);
      assertEquals([...Deno.readDirSync(directory)], []);
    }));
}

Deno.test("amspackager() returns 1 for a file that is missing, whether signals are watched or not", async () => {
  const { code } = await runPackager(["-o", "x.json", "missing.mp4"], {
    watchSignals: () => new AbortController().signal,
  });
  assertEquals(code, 1);
});
