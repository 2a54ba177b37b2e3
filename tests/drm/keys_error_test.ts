import { assertEquals, assertInstanceOf } from "@std/assert";
import { KeysError } from "../../lib/errors.ts";
import { invalidKeys } from "../../lib/drm/keys_error.ts";

Deno.test("invalidKeys() returns a KeysError with its code", () => {
  const error = invalidKeys("Cannot use it");
  assertInstanceOf(error, KeysError);
  assertEquals([error.code, error.message], ["KEYS_INVALID", "Cannot use it"]);
});
