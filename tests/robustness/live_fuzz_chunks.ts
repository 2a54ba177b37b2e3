/** Tests of consecutive seeds of a kind of live_fuzz_kinds.ts. */

import { assert } from "@std/assert";
import { runLiveFuzzCase } from "./live_fuzz_kinds.ts";

const CHUNK = 5000;

/** Defines a test for each chunk of seeds. A failure names kind and seed. */
export function testLiveFuzzCases(kind: string, count: number): void {
  for (let start = 0; start < count; start += CHUNK) {
    const end = Math.min(start + CHUNK, count);
    Deno.test(`runLiveFuzzCase() reads or rejects ${kind} of seeds ${start} to ${end - 1}`, async () => {
      let accepted = 0;
      for (let seed = start; seed < end; seed++) if (await runLiveFuzzCase(kind, seed)) accepted++;
      assert(accepted > 0 && accepted < end - start, `${accepted} accepted`);
    });
  }
}
