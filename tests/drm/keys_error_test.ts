import { assertEquals } from "@std/assert";
import { invalidKeys, KeysError } from "../../lib/drm/keys_error.ts";

Deno.test("KeysError has one line and a code", () => {
  const error = new KeysError("KEYS_MISSING", "Cannot find\r\na key");
  assertEquals([error.code, error.message], ["KEYS_MISSING", "Cannot find??a key"]);
  assertEquals(invalidKeys("Cannot").code, "KEYS_INVALID");
});
