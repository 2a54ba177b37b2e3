import { assertEquals } from "@std/assert";
import { isHidden, isPackage } from "../../lib/url/path.ts";

Deno.test("isPackage() and isHidden() go by the name alone", () => {
  assertEquals(["a.json", "A.JSON", "a.json5", "json"].map(isPackage), [true, true, false, false]);
  assertEquals(["a/.b", ".a/b", "a.json", "a/b.c"].map(isHidden), [true, true, true, false]);
});
