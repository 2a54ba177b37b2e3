import { assertEquals } from "@std/assert";
import { LogLimiter } from "../../../lib/storage/remote/log_limiter.ts";

Deno.test("LogLimiter logs a line a minute of each kind", () => {
  const lines: string[] = [];
  const clock = { now: 0 };
  const limiter = new LogLimiter((line) => lines.push(line), () => clock.now);
  for (
    const [now, kind] of [[0, "a"], [10, "b"], [59_999, "a"], [60_000, "a"], [60_001, "b"]] as const
  ) {
    clock.now = now;
    limiter.add(kind, `${kind} at ${now}`);
  }
  assertEquals(lines, ["a at 0", "b at 10", "a at 60000"]);
});
