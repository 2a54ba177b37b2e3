import { assertEquals } from "@std/assert";
import {
  readDeclaration,
  toLabel,
  toLanguage,
} from "../../../lib/live/manifests/mpd_descriptors.ts";
import { parseXml } from "../../../lib/xml_reader.ts";

const ROLE = "urn:mpeg:dash:role:2011";
const PURPOSE = "urn:tva:metadata:cs:AudioPurposeCS:2007";

function read(set: string, representation = "<Representation/>") {
  const parse = (text: string) => parseXml(text, (_, prefix) => prefix);
  return readDeclaration(parse(set), parse(representation));
}

for (
  const [inner, role] of [
    [`<Role schemeIdUri="${ROLE}" value="main"/>`, "main"],
    [
      `<Role schemeIdUri="${ROLE}" value="alternate"/><Role schemeIdUri="${ROLE}" value="description"/>`,
      "description",
    ],
    [
      `<Accessibility schemeIdUri="${ROLE}" value="description"/><Role schemeIdUri="${ROLE}" value="alternate"/>`,
      "description",
    ],
    [`<Accessibility schemeIdUri="${PURPOSE}" value="1"/>`, "description"],
    [`<Accessibility schemeIdUri="${PURPOSE}" value="2"/>`, undefined],
    [`<Role schemeIdUri="${ROLE}" value="forced-subtitle"/>`, "forced"],
    [`<Role schemeIdUri="${ROLE}" value="none"/><Role schemeIdUri="${ROLE}"/>`, undefined],
    [`<Role schemeIdUri="urn:example" value="main"/>`, undefined],
  ] as const
) {
  Deno.test(`readDeclaration() reads the role ${role} of ${inner}`, () => {
    assertEquals(read(`<AdaptationSet>${inner}</AdaptationSet>`).role, role);
  });
}

Deno.test("readDeclaration() prefers what the Representation declares", () => {
  const set = '<AdaptationSet lang="eng"><Label>  Both\n of them </Label></AdaptationSet>';
  assertEquals(read(set), { language: "en", label: "Both of them" });
  const representation = '<Representation lang="pt_BR"><Label>Own</Label></Representation>';
  assertEquals(read(set, representation), { language: "pt-BR", label: "Own" });
  assertEquals(read('<AdaptationSet lang="und"/>'), {});
});

Deno.test("toLanguage() and toLabel() omit what is malformed", () => {
  assertEquals([toLanguage("x y"), toLanguage(undefined), toLanguage("fre")], [
    undefined,
    undefined,
    "fr",
  ]);
  assertEquals([toLabel(" "), toLabel(undefined), toLabel("a\u0001b"), toLabel("x".repeat(1001))], [
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});
