import { assertEquals, assertMatch } from "@std/assert";
import { type Options, parseOptions } from "./arguments.ts";

const KNOWN = ["hot", "cold"];

const understood: [line: string, options: Options][] = [
  ["", { sections: KNOWN, rounds: 5, seconds: 2 }],
  ["cold", { sections: ["cold"], rounds: 5, seconds: 2 }],
  ["-- cold --rounds 1 --seconds 3", { sections: ["cold"], rounds: 1, seconds: 3 }],
  ["--rounds=2 hot cold", { sections: ["hot", "cold"], rounds: 2, seconds: 2 }],
];

for (const [line, options] of understood) {
  Deno.test(`parseAmsOptions() understands '${line}'`, () => {
    assertEquals(parseOptions(line.split(" ").filter(Boolean), KNOWN), options);
  });
}

const refused: [line: string, sentence: RegExp][] = [
  ["tepid", /^Cannot use tepid: deno task bench /],
  ["--round 3", /^Cannot use --round: /],
  ["--rounds 0", /^Cannot use '0' as a number: /],
  ["--seconds x", /^Cannot use 'x' as a number: /],
  ["--help", /^deno task bench \[--rounds N\] \[--seconds N\] \[hot\] \[cold\]$/],
];

for (const [line, sentence] of refused) {
  Deno.test(`parseAmsOptions() answers '${line}' with a sentence`, () => {
    assertMatch(String(parseOptions(line.split(" "), KNOWN)), sentence);
  });
}
