/** Verification of an archive with random damage reports findings, and never fails. */

import { assertEquals } from "@std/assert";
import { verifyArchive } from "../../../lib/verify/archive/verify_archive.ts";
import { Prng } from "../../robustness/prng.ts";
import { recordArchive } from "./recorded_archive.ts";

const ARCHIVE = await recordArchive();
const FILES = ARCHIVE.paths().filter((path) => path.includes("/"));

const RUNS = 25;

Deno.test("verifyArchive() reports random damage, and throws nothing", async () => {
  let found = 0;
  for (let run = 0; run < RUNS; run++) {
    const prng = new Prng(`archive ${run}`);
    const files = ARCHIVE.clone();
    for (let n = 1 + prng.below(4); n > 0; n--) {
      files.damage(prng.pick(FILES), (bytes) => {
        if (prng.below(5) === 0) return bytes.slice(0, prng.below(bytes.length));
        bytes[prng.below(bytes.length)] = prng.below(256);
        return bytes;
      });
    }
    try {
      if ((await verifyArchive(files)).differenceCount > 0) found++;
    } catch (error) {
      throw new Error(`run ${run}`, { cause: error });
    }
  }
  assertEquals(found > RUNS * 0.9, true, `${found} of ${RUNS}`);
});
