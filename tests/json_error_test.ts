import { assertEquals, assertThrows } from "@std/assert";
import { formatJsonError } from "../lib/json_error.ts";

/** Texts with an error at `|`, which is not part of them. */
const texts = [
  "|hello",
  "|",
  "{|",
  "[1,|]",
  '{"a":1 |"b":2}',
  '{"a":tru|}',
  '["a|\nb"]',
  '{\n  "a":\n  |hello world, this is longer than what the engine quotes }',
  "[[[[[1, 2, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3|'x']]]]",
  "nul|",
  "-|",
  '["abc|',
  '{"a":1}|}',
  '"\\|q"',
  "{|'a':1}",
  "[1.|]",
  "[0|1]",
  "[1e|]",
  "|// x\n{}",
  "[" + "1,".repeat(50000) + "|x]",
];

for (const marked of texts) {
  Deno.test(`formatJsonError() finds the error in ${JSON.stringify(marked.slice(0, 40))}`, () => {
    const text = marked.replace("|", "");
    const error = assertThrows(() => JSON.parse(text), SyntaxError);
    const before = marked.split("|")[0]!.split("\n");
    const location = `line ${before.length}, column ${before.at(-1)!.length + 1}`;
    assertEquals(
      /^Cannot read (line \d+, column \d+): [^\n]+$/.exec(formatJsonError(text, error))?.[1],
      location,
    );
  });
}
