import { assertEquals } from "@std/assert";
import { ENCRYPTION_SCHEMES, getHlsMethod } from "../../lib/drm/encryption_scheme.ts";

Deno.test("getHlsMethod() returns METHOD of each scheme", () => {
  const methods = ["SAMPLE-AES", "SAMPLE-AES-CTR", "AES-128"];
  assertEquals(ENCRYPTION_SCHEMES.map(getHlsMethod), methods);
});
