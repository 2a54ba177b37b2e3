import { assertEquals } from "@std/assert";
import { Progress } from "../../lib/cli/progress.ts";
import { createMessages } from "../../lib/packager/messages.ts";

const OFF = { json: false, quiet: false, dryRun: false, output: "v.json" };

const modes: [what: string, mode: Partial<typeof OFF>, printed: string[], progress: boolean][] = [
  ["--dry-run", { dryRun: true }, ["warn line", "warn warning"], true],
  ["-o -", { output: "-" }, ["warn line", "warn warning"], true],
  ["--quiet", { quiet: true }, ["warn warning"], false],
  ["-o - --quiet", { output: "-", quiet: true }, ["warn warning"], false],
  ["--json", { json: true }, [], true],
  ["--json --quiet", { json: true, quiet: true }, [], false],
];

for (const [what, mode, expected, progress] of modes) {
  Deno.test(`createMessages() keeps standard output free with ${what}`, () => {
    const printed: string[] = [];
    const messages = createMessages({
      line: (text) => printed.push(`line ${text}`),
      warn: (text) => printed.push(`warn ${text}`),
      progress: new Progress(() => {}),
    }, { ...OFF, ...mode });
    messages.line("line");
    messages.warn("warning");
    assertEquals([printed, messages.progress !== undefined], [expected, progress]);
  });
}

Deno.test("createMessages() prints messages in one line each, without control characters", () => {
  const printed: string[] = [];
  const out = {
    line: (text: string) => printed.push(`line ${text}`),
    warn: (text: string) => printed.push(`warn ${text}`),
  };
  const messages = createMessages(out, OFF);
  messages.line("a\x1b[2J\nWrote b\x9b31m.json");
  messages.warn("\x1b]0;title\x07");
  createMessages(out, { ...OFF, quiet: true }).warn("\r");
  createMessages(out, { ...OFF, dryRun: true }).line("\n");
  assertEquals(printed, ["line a?[2J?Wrote b?31m.json", "warn ?]0;title?", "warn ?", "warn ?"]);
});
