import { assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { tryLockArchive } from "../../../lib/live/recording/archive_lock.ts";

const MODULE = new URL("../../../lib/live/recording/archive_lock.ts", import.meta.url).href;

/** Tries in another process. */
async function isFree(directory: string): Promise<boolean> {
  const script = `import { tryLockArchive } from "${MODULE}";
    console.log(tryLockArchive(${JSON.stringify(directory)}) !== undefined);`;
  const config = fromFileUrl(new URL("../../../deno.json", import.meta.url));
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", "--no-lock", `--config=${config}`, script],
    env: { NO_COLOR: "1" },
  }).output();
  return new TextDecoder().decode(stdout).trim() === "true";
}

Deno.test("tryLockArchive() locks an archive for one process, until it is disposed", async () => {
  const directory = await Deno.makeTempDir();
  try {
    const lock = tryLockArchive(directory);
    assertEquals(lock !== undefined, true);
    assertEquals([tryLockArchive(directory), await isFree(directory)], [undefined, false]);
    lock![Symbol.dispose]();
    assertEquals(await isFree(directory), true);
    tryLockArchive(directory)![Symbol.dispose]();
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});
