import { assertEquals } from "@std/assert";
import {
  describeNode,
  findElements,
  getElements,
  getText,
  parseCpixXml,
} from "../../lib/drm/cpix_xml.ts";

const ROOT = parseCpixXml(
  `<a:CPIX xmlns:a="urn:dashif:org:cpix"><a:b><c xmlns="urn:other"/>\n<a:d>1</a:d></a:b><a:b> <a:d>2<a:e/>3</a:d></a:b></a:CPIX>`,
);

Deno.test("findElements() follows a path of names, which does not depend on prefixes", () => {
  assertEquals(findElements(ROOT, "cpix:b", "cpix:d").map(getText), ["1", "23"]);
  assertEquals(findElements(ROOT, "cpix:b", "cpix:c"), []);
  assertEquals(findElements(ROOT, "cpix:b").flatMap(getElements).map(({ name }) => name), [
    "other:c",
    "cpix:d",
    "cpix:d",
  ]);
});

Deno.test("describeNode() names the element and its line", () => {
  assertEquals(findElements(ROOT, "cpix:b", "cpix:d").map(describeNode), [
    "d in line 2",
    "d in line 2",
  ]);
});
