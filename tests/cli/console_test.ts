import { assertEquals } from "@std/assert";
import { createMessageConsole } from "../../lib/cli/console.ts";
import { Progress } from "../../lib/cli/progress.ts";

Deno.test("createMessageConsole() replaces control characters, and keeps the progress line", () => {
  const printed: string[] = [];
  const progress = new Progress(() => {});
  const out = {
    line: (text: string) => printed.push(`line ${text}`),
    warn: (text: string) => printed.push(`warn ${text}`),
  };
  const messages = createMessageConsole({ ...out, progress });
  messages.line("a\nb");
  messages.warn("c\x1bd");
  assertEquals([printed, messages.progress], [["line a?b", "warn c?d"], progress]);
  assertEquals("progress" in createMessageConsole(out), false);
});
