import { assertEquals } from "@std/assert";
import { getHlsMethod, PROTECTION_SCHEMES } from "../../lib/drm/protection_scheme.ts";

Deno.test("getHlsMethod() returns METHOD of each scheme", () => {
  const methods = ["SAMPLE-AES", "SAMPLE-AES-CTR", "AES-128"];
  assertEquals(PROTECTION_SCHEMES.map(getHlsMethod), methods);
});
