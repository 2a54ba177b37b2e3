import { assertEquals, assertMatch } from "@std/assert";
import { type Options, parseOptions } from "./arguments.ts";

const KNOWN = ["hot", "cold", "before"];

const valid: [line: string, options: Options][] = [
  ["", { sections: ["hot", "cold"], rounds: 5, seconds: 2 }],
  ["--before ../ams", { sections: KNOWN, rounds: 5, seconds: 2, before: "../ams" }],
  ["before --before=ams", { sections: ["before"], rounds: 5, seconds: 2, before: "ams" }],
  ["cold", { sections: ["cold"], rounds: 5, seconds: 2 }],
  ["-- cold --rounds 1 --seconds 3", { sections: ["cold"], rounds: 1, seconds: 3 }],
  ["--rounds=2 hot cold", { sections: ["hot", "cold"], rounds: 2, seconds: 2 }],
];

for (const [line, options] of valid) {
  Deno.test(`parseOptions() parses '${line}'`, () => {
    assertEquals(parseOptions(line.split(" ").filter(Boolean), KNOWN), options);
  });
}

const invalid: [line: string, message: RegExp][] = [
  ["tepid", /^Cannot use tepid: deno task bench /],
  ["--round 3", /^Cannot use --round: /],
  ["--rounds 0", /^Cannot use '0' as a number: /],
  ["--seconds x", /^Cannot use 'x' as a number: /],
  ["before", /^Cannot use before without --before: /],
  [
    "--help",
    /^deno task bench \[--rounds N\] \[--seconds N\] \[--before CLONE\] \[hot\] \[cold\] \[before\]$/,
  ],
];

for (const [line, message] of invalid) {
  Deno.test(`parseOptions() rejects '${line}'`, () => {
    assertMatch(String(parseOptions(line.split(" "), KNOWN)), message);
  });
}
