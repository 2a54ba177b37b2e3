/**
 * Opens files while another process exchanges them, or their directory, with a link that leads outside the root. `AMS_RACES` is the
 * number of opens: 100000 for a release.
 */

import { assert, assertEquals } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { RequestError } from "../../../lib/errors.ts";
import { Devices } from "../../../lib/storage/local/devices.ts";
import { openFile } from "../../../lib/storage/local/file.ts";
import { LocalStorage } from "../../../lib/storage/local/local_storage.ts";
import { readBytes, type Source } from "../../../lib/storage/source.ts";

const RACES = Number(Deno.env.get("AMS_RACES") ?? 3000);

function print(counts: Record<string, number>): void {
  if (Deno.env.has("AMS_RACES")) {
    Deno.stdout.writeSync(new TextEncoder().encode(Deno.inspect(counts)));
  }
}

const FILE = "sub/a.mp4";
const [INSIDE, OUTSIDE] = ["inside", "secret"];

/** Exchanges `[a, b]` until it is disposed of. */
async function exchange(root: string, [a, b]: readonly [string, string]): Promise<AsyncDisposable> {
  const script = fromFileUrl(import.meta.resolve("../exchange.ts"));
  const args = ["run", "--no-config", "--allow-ffi", script, join(root, a), join(root, b)];
  const process = new Deno.Command(Deno.execPath(), { args }).spawn();
  const isLink = () => Deno.lstatSync(join(root, a)).isSymlink;
  for (const before = isLink(); isLink() === before;) await new Promise((done) => setTimeout(done));
  return {
    async [Symbol.asyncDispose]() {
      process.kill("SIGKILL");
      await process.status;
    },
  };
}

async function withExchanges(
  paths: readonly [string, string],
  test: (root: string) => Promise<void>,
): Promise<void> {
  const directory = Deno.realPathSync(Deno.makeTempDirSync({ prefix: "ams-" }));
  try {
    for (const name of ["root", "root/sub", "outside"]) Deno.mkdirSync(join(directory, name));
    Deno.writeTextFileSync(join(directory, "root", FILE), INSIDE);
    Deno.writeTextFileSync(join(directory, "outside/a.mp4"), OUTSIDE);
    Deno.symlinkSync("../../outside/a.mp4", join(directory, "root/sub/link"));
    Deno.symlinkSync("../outside", join(directory, "root/link"));
    await using _ = await exchange(join(directory, "root"), paths);
    await test(join(directory, "root"));
  } finally {
    Deno.removeSync(directory, { recursive: true });
  }
}

type Open = (path: string) => Source | Promise<Source>;

interface RaceOptions {
  readonly storage: LocalStorage;
  readonly open: Open;
  readonly opens: number;
  /** Stops after this number of leaks. */
  readonly maxLeaks?: number;
}

/** Counts the content that was read, and errors by code. Opens only paths that were inside the root a moment before. */
async function race({ storage, open, opens, maxLeaks = Infinity }: RaceOptions) {
  const counts: Record<string, number> = {};
  for (let i = 0; i < opens && (counts[OUTSIDE] ?? 0) < maxLeaks;) {
    let found: string | undefined;
    try {
      found = (await storage.stat(FILE, FILE))?.path;
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
    }
    if (found === undefined) continue;
    i++;
    const content = await readContent(open, found);
    counts[content] = (counts[content] ?? 0) + 1;
  }
  return counts;
}

async function readContent(open: Open, path: string): Promise<string> {
  try {
    const source = await open(path);
    const bytes = await readBytes(source, 0, source.size);
    source.close();
    return new TextDecoder().decode(bytes);
  } catch (error) {
    return (error as { code?: string }).code ?? `${error}`;
  }
}

const EXCHANGED: [what: string, paths: [string, string]][] = [
  ["a file", [FILE, "sub/link"]],
  ["a directory", ["sub", "link"]],
];

for (const [what, paths] of EXCHANGED) {
  for (const slow of [false, true]) {
    Deno.test({
      name: `open() reads nothing from outside while ${what} is exchanged${slow ? ", slowly" : ""}`,
      ignore: Deno.build.os !== "linux",
      fn: () =>
        withExchanges(paths, async (root) => {
          const devices = new Devices();
          devices.isSlow = () => slow;
          const storage = new LocalStorage(root, devices);
          const open = (path: string) => storage.open(path, path);
          const counts = await race({ storage, open, opens: slow ? RACES / 10 : RACES });
          print(counts);
          assertEquals(counts[OUTSIDE], undefined);
          assert(counts.FORBIDDEN! > 0);
        }),
    });
  }

  Deno.test({
    name: `without the check, files outside are read while ${what} is exchanged`,
    ignore: Deno.build.os !== "linux",
    fn: () =>
      withExchanges(paths, async (root) => {
        const storage = new LocalStorage(root);
        const open = (path: string) => openFile(join(root, path), path);
        const maxLeaks = RACES / 100;
        const counts = await race({ storage, open, opens: 10 * RACES, maxLeaks });
        print(counts);
        assertEquals(counts[OUTSIDE], maxLeaks);
      }),
  });
}
