import { assertEquals } from "@std/assert";
import { formatInternalError } from "../../lib/cli/internal_error.ts";

Deno.test("formatInternalError() formats one line", () => {
  const error = new TypeError("x is not a function\n    at y");
  const line = "Internal error, please report it: TypeError: x is not a function";
  assertEquals(formatInternalError(error), line);
});
