import { assertEquals, assertThrows } from "@std/assert";
import { MediaError } from "../../../lib/errors.ts";
import { getAttribute, getChild, getChildren } from "../../../lib/verify/readers/xml_elements.ts";

const ELEMENT = { "@id": "1", a: { "@n": "x" }, b: [{}, {}] };

Deno.test("getChildren() returns none, one or several elements", () => {
  assertEquals(["a", "b", "c"].map((name) => getChildren(ELEMENT, name).length), [1, 2, 0]);
});

Deno.test("getChild() refuses none and several elements", () => {
  assertEquals(getChild(ELEMENT, "a"), { "@n": "x" });
  for (const name of ["b", "c"]) {
    assertThrows(() => getChild(ELEMENT, name), MediaError, `Cannot find exactly one ${name}`);
  }
});

Deno.test("getAttribute() returns an empty string without the attribute", () => {
  assertEquals([getAttribute(ELEMENT, "id"), getAttribute(ELEMENT, "n")], ["1", ""]);
});
