import { assertEquals } from "@std/assert";
import { omitUndefined } from "../lib/omit_undefined.ts";

Deno.test("omitUndefined() keeps null, 0 and empty strings, and the order of keys", () => {
  const object: { name: string; role?: string | undefined; size: number; label: string | null } = {
    name: "",
    role: undefined,
    size: 0,
    label: null,
  };
  assertEquals(Object.entries(omitUndefined(object)), [["name", ""], ["size", 0], ["label", null]]);
});

Deno.test("omitUndefined() returns optional properties without undefined", () => {
  const role: string | undefined = undefined;
  const track: { name: string; role?: string } = omitUndefined({ name: "video", role });
  assertEquals("role" in track, false);
});
