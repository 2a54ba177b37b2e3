import { assertThrows } from "@std/assert";
import { MediaError } from "../../../lib/errors.ts";
import { checkDeclaredBytes } from "../../../lib/mp4/samples/parse_context.ts";

Deno.test("checkDeclaredBytes() allows four times the size of the file", () => {
  const context = { size: 1000, name: "film.mp4", warnings: [] };
  checkDeclaredBytes(4000, context);
  const message = "Cannot find 4001 bytes of samples in a file of 1000 bytes";
  assertThrows(() => checkDeclaredBytes(4001, context), MediaError, message);
});
