import { assertEquals } from "@std/assert";
import registry from "language-subtag-registry/data/json/registry.json" with { type: "json" };
import { isRegisteredSubtag, type SubtagKind } from "../lib/language_registry.ts";

const LETTERS = [..."abcdefghijklmnopqrstuvwxyz"];
const PAIRS = LETTERS.flatMap((a) => LETTERS.map((b) => a + b));
const TRIPLES = PAIRS.flatMap((pair) => LETTERS.map((c) => pair + c));
const NUMBERS = Array.from({ length: 1000 }, (_, i) => `${i}`.padStart(3, "0"));

/** Filters candidates by a type of the registry, whose ranges are written `qaa..qtz`. */
function findRegistered(type: SubtagKind, candidates: readonly string[]): string[] {
  const subtags = registry.filter(({ Type }) => Type === type)
    .map(({ Subtag = "" }) => Subtag.toLowerCase());
  const single = new Set(subtags);
  const ranges = subtags.filter((subtag) => subtag.includes("..")).map((it) => it.split(".."));
  return candidates.filter((one) =>
    single.has(one) ||
    ranges.some(([first, last]) => one.length === first!.length && first! <= one && one <= last!)
  );
}

const allOf = (type: SubtagKind) =>
  registry.filter(({ Type }) => Type === type).flatMap(({ Subtag = "" }) =>
    Subtag.toLowerCase().split("..")
  );

const kinds: [kind: SubtagKind, candidates: string[]][] = [
  ["language", TRIPLES],
  ["region", [...PAIRS, ...NUMBERS]],
  ["script", [...allOf("script"), "qaaz", "qabx", "qaby", "qaca", "orig", "hnat"]],
  ["variant", [...allOf("variant"), "extended", "1995"]],
];

for (const [kind, candidates] of kinds) {
  Deno.test(`isRegisteredSubtag() knows every ${kind} of the IANA registry, and no other`, () => {
    assertEquals(
      candidates.filter((subtag) => isRegisteredSubtag(kind, subtag)),
      findRegistered(kind, candidates),
    );
  });
}
