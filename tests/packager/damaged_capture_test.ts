/** A capture of a damaged archive fails with a message, or succeeds. */

import { join } from "@std/path";
import { assertEquals } from "@std/assert";
import { MediaError } from "../../lib/errors.ts";
import { capture } from "../../lib/packager/capture.ts";
import { Prng } from "../robustness/prng.ts";
import { recordArchive } from "../verify/archive/recorded_archive.ts";

const ARCHIVE = await recordArchive();
const FILES = ARCHIVE.paths().filter((path) => path.startsWith("00000003/"));

Deno.test("capture() of a damaged archive fails with one line, and leaves nothing", async () => {
  const directory = await Deno.makeTempDir();
  let failed = 0;
  for (let run = 0; run < 40; run++) {
    const prng = new Prng(`capture ${run}`);
    const files = ARCHIVE.clone();
    files.damage(prng.pick(FILES), (bytes) => {
      if (prng.below(3) === 0) return bytes.slice(0, prng.below(bytes.length));
      for (let n = 0; n < 20; n++) bytes[prng.below(bytes.length)] = prng.below(256);
      return bytes;
    });
    const options = { input: join(directory, "news.json"), output: join(directory, "show") };
    try {
      await capture(options, { line() {}, warn() {} }, { openArchive: () => files });
    } catch (error) {
      if (!(error instanceof MediaError)) throw new Error(`run ${run}`, { cause: error });
      assertEquals(error.message.includes("\n"), false);
      failed++;
    }
    const names = [...Deno.readDirSync(directory)].map(({ name }) => name);
    assertEquals(names.filter((name) => name !== "show"), []);
  }
  assertEquals(failed > 5, true, `${failed} failed`);
  await Deno.remove(directory, { recursive: true });
});
