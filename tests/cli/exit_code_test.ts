import { assertEquals } from "@std/assert";
import { exitCodeForError } from "../../lib/cli/exit_code.ts";
import { UsageError } from "../../lib/cli/usage_error.ts";

Deno.test("exitCodeForError() distinguishes usage errors from all others", () => {
  const errors = [new UsageError("a"), new Error("a"), undefined];
  assertEquals(errors.map(exitCodeForError), [2, 1, 1]);
});
