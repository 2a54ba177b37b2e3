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

Deno.test("describeNode() names elements of CPIX and their lines, not text of the server", () => {
  const root = parseCpixXml(
    `<CPIX xmlns="urn:dashif:org:cpix"><ContentKey/>\n<secret/><ContentKey xmlns="urn:a"/></CPIX>`,
  );
  assertEquals(getElements(root).map(describeNode), [
    "ContentKey in line 1",
    "an element in line 2",
    "an element in line 2",
  ]);
});
