import { assertEquals } from "@std/assert";
import { type ReloadableFiles, Reloader } from "../../lib/ams/reload.ts";

const formatError = (error: unknown) => (error as Error).message;

function setUp(files: readonly ReloadableFiles[]) {
  const lines: string[] = [];
  const results: string[] = [];
  const log = (message: string) => void lines.push(message);
  const count = (result: string) => void results.push(result);
  return { lines, results, reloader: new Reloader({ files, log, count, formatError }) };
}

/** Files whose content is read into `used`. */
class FakeFiles implements ReloadableFiles {
  content = 0;
  used = 0;
  broken = false;

  constructor(readonly name: string) {}

  async read(): Promise<() => void> {
    await Promise.resolve();
    if (this.broken) throw new Error(`Cannot read the ${this.name}`);
    const { content } = this;
    return () => this.used = content;
  }
}

Deno.test("Reloader.reload() puts files into use, and logs what it read", async () => {
  const files = [new FakeFiles("certificate"), new FakeFiles("policies")];
  const { lines, results, reloader } = setUp(files);
  for (const file of files) file.content = 1;
  await reloader.reload();
  assertEquals(files.map(({ used }) => used), [1, 1]);
  assertEquals(lines, ["Reloaded: certificate, policies"]);
  assertEquals(results, ["success"]);
});

Deno.test("Reloader.reload() changes nothing if one of the files is broken", async () => {
  for (const broken of [0, 1]) {
    const files = [new FakeFiles("certificate"), new FakeFiles("policies")];
    const { lines, results, reloader } = setUp(files);
    for (const file of files) file.content = 1;
    files[broken]!.broken = true;
    await reloader.reload();
    assertEquals(files.map(({ used }) => used), [0, 0]);
    const { name } = files[broken]!;
    assertEquals(lines, [`Cannot reload, so nothing has changed: Cannot read the ${name}`]);
    assertEquals(results, ["error"]);
    files[broken]!.broken = false;
    await reloader.reload();
    assertEquals(files.map(({ used }) => used), [1, 1]);
  }
});

Deno.test("Reloader.reload() logs that there is nothing to reload", async () => {
  const { lines, results, reloader } = setUp([]);
  await reloader.reload();
  assertEquals(lines, ["Nothing to reload: ams was started without files that SIGHUP reloads"]);
  assertEquals(results, []);
});

Deno.test("Reloader.reload() reads again what changed while it ran, and merges further calls", async () => {
  const file = new FakeFiles("certificate");
  const { lines, reloader } = setUp([file]);
  file.content = 1;
  const first = reloader.reload();
  file.content = 2;
  const others = Array.from({ length: 9 }, () => reloader.reload());
  await Promise.all([first, ...others]);
  assertEquals([file.used, lines.length], [2, 2]);
});
