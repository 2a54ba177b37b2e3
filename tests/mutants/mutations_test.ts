import { assertEquals } from "@std/assert";
import { applyMutation, findMutations } from "./mutations.ts";

const CASES: [code: string, mutants: string[]][] = [
  ["a < b", ["a <= b"]],
  ["a !== b && c", ["a === b && c", "a !== b || c"]],
  ["x = a - 9;", ["x = a + 9;", "x = a - 10;"]],
  ["x = 0xff;", ["x = 256;"]],
  ["f(true, false)", ["f(false, false)", "f(true, true)"]],
  ["{\n  f(x);\n}", ["{\n\n}"]],
  ["{\n  this.#a = b;\n}", ["{\n\n}"]],
  ["{\n  if (a) return b;\n}", ["{\n\n}"]],
  ["{\n  if (a) throw new E(`1 < 2`);\n}", ["{\n\n}"]],
  ["{\n  f(x, (y) => {\n}", []],
  ["f<T>(a1, b.c2) // a < b", []],
  ['"a < 1" + f(/1 < 2/)', ['"a < 1" - f(/1 < 2/)']],
  ["interface A {\n  b: 1 | 2;\n}", []],
  ['import { a } from "./1.ts";', []],
  ["type A = 1 | true;", []],
  ["({ true: a })", []],
];

for (const [code, mutants] of CASES) {
  Deno.test(`findMutations() finds ${mutants.length} in ${JSON.stringify(code)}`, () => {
    const found = findMutations(code).map((mutation) => applyMutation(code, mutation));
    assertEquals(found, mutants);
  });
}
