import { assertEquals, assertThrows } from "@std/assert";
import { MediaError } from "../../../lib/errors.ts";
import { compileTemplate } from "../../../lib/live/manifests/segment_template.ts";

const VALUES = { id: "v.1", bandwidth: "800000" };

const cases: [template: string, matching: string[], others: string[]][] = [
  ["init-$RepresentationID$.m4s", ["init-v.1.m4s"], [
    "init-vx1.m4s",
    "init-v.1xm4s",
    "a/init-v.1.m4s",
  ]],
  ["$Number$.m4s", ["1.m4s", "12345678901.m4s"], [
    ".m4s",
    "x1.m4s",
    "1.m4s/",
    "1".repeat(21) + ".m4s",
  ]],
  ["c-$Number%05d$.m4s", ["c-00001.m4s", "c-123456.m4s"], ["c-0001.m4s"]],
  // cut to 32 bits, also as a signed number (shaka-packager#701)
  ["$Time$.m4s", ["1730000000000.m4s", "3482542080.m4s", "-812425216.m4s"], ["1.5.m4s"]],
  ["$Bandwidth$/$Bandwidth%08d$.m4s", ["800000/00800000.m4s"], ["800000/800000.m4s"]],
  ["a$$b$Number$.m4s", ["a$b7.m4s"], ["a$$b7.m4s"]],
  ["a%20(b)+[$Number$].m4s", ["a (b)+[1].m4s"], ["a%20(b)+[1].m4s"]],
  ["$Number$-$Time$.m4s", ["1-2.m4s"], ["1-.m4s"]],
];

for (const [template, matching, others] of cases) {
  Deno.test(`compileTemplate() compiles ${template}`, () => {
    const matches = compileTemplate(template, VALUES);
    for (const path of matching) assertEquals([path, matches(path)], [path, true]);
    for (const path of others) assertEquals([path, matches(path)], [path, false]);
  });
}

for (
  const [template, message] of [
    ["$Number.m4s", 'Cannot read the template $Number.m4s: a "$" is not closed'],
    ["$Nummer$.m4s", "Cannot read the identifier $Nummer$ of a template"],
    ["$Number%5d$.m4s", "Cannot read the identifier $Number%5d$ of a template"],
    ["$Number$".repeat(3), "numbers, expected at most 2"],
    ["x".repeat(2001), "Cannot use a template of 2001 characters, expected at most 2000"],
  ] as const
) {
  Deno.test(`compileTemplate() rejects ${template.slice(0, 30)}`, () => {
    assertThrows(() => compileTemplate(template, VALUES), MediaError, message);
  });
}

Deno.test("compileTemplate() compares long paths in little time, and no path beyond 2000 characters", () => {
  const matches = compileTemplate("$Number$$Time$.m4s", VALUES);
  assertEquals(matches("1".repeat(1990)), false);
  assertEquals(matches("0".repeat(30) + ".m4s"), true);
  assertEquals(
    compileTemplate("a/$RepresentationID$", { ...VALUES, id: "x".repeat(3000) })(
      `a/${"x".repeat(3000)}`,
    ),
    false,
  );
});
