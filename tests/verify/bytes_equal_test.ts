import { assertEquals } from "@std/assert";
import { bytesEqual } from "../../lib/verify/bytes_equal.ts";

const BYTES = Uint8Array.of(1, 2, 3, 1, 2, 4);

const cases: [a: Uint8Array, b: Uint8Array, equal: boolean][] = [
  [BYTES.subarray(0, 2), BYTES.subarray(3, 5), true], // views of one buffer
  [BYTES.subarray(0, 3), BYTES.subarray(3), false],
  [BYTES.subarray(0, 2), BYTES.subarray(0, 3), false],
  [BYTES.subarray(3, 3), new Uint8Array(), true],
];

for (const [a, b, equal] of cases) {
  Deno.test(`bytesEqual() of [${a}] and [${b}] is ${equal}`, () => {
    assertEquals(bytesEqual(a, b), equal);
  });
}
