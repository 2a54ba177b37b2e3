import { assertEquals } from "@std/assert";
import { exitCodeForError, exitCodeForSignal } from "../../lib/cli/exit_code.ts";
import { UsageError } from "../../lib/cli/usage_error.ts";

Deno.test("exitCodeForError() distinguishes usage errors from all others", () => {
  const errors = [new UsageError("a"), new Error("a"), undefined];
  assertEquals(errors.map(exitCodeForError), [2, 1, 1]);
});

Deno.test("exitCodeForSignal() is that of shells, and 1 for what is no signal", () => {
  const reasons = ["SIGINT", "SIGTERM", "SIGBREAK", new DOMException("x", "AbortError"), undefined];
  assertEquals(reasons.map(exitCodeForSignal), [130, 143, 149, 1, 1]);
});
