import { assertEquals, assertThrows } from "@std/assert";
import { parse } from "@libs/xml/parse";
import { MediaError } from "../../../lib/errors.ts";
import {
  type Element,
  getAttribute,
  getChild,
  getChildren,
} from "../../../lib/verify/readers/xml_elements.ts";

const DOCUMENT = '<MPD id="0" type=""><Period/><BaseURL id="u"/><Role id="a"/><Role id="b"/></MPD>';
const { MPD } = parse(DOCUMENT) as unknown as { MPD: Element };

const children: [name: string, ids: string[]][] = [
  ["Role", ["a", "b"]],
  ["BaseURL", ["u"]],
  ["Period", []], // without attributes and content
  ["Event", []],
];

for (const [name, ids] of children) {
  Deno.test(`getChildren() returns ${ids.length} of ${name}`, () => {
    assertEquals(getChildren(MPD, name), ids.map((id) => ({ "@id": id })));
  });
}

Deno.test("getChild() returns the only element of a name", () => {
  assertEquals(getChild(MPD, "BaseURL"), { "@id": "u" });
});

for (const name of ["Event", "Role"]) {
  Deno.test(`getChild() rejects ${getChildren(MPD, name).length} of ${name}`, () => {
    assertThrows(() => getChild(MPD, name), MediaError, `Cannot find exactly one ${name}`);
  });
}

for (const [name, value] of [["id", "0"], ["type", ""], ["Period", ""], ["other", ""]] as const) {
  Deno.test(`getAttribute() of ${name} is '${value}'`, () => {
    assertEquals(getAttribute(MPD, name), value);
  });
}
