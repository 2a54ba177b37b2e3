/**
 * Overwrites a file in place, once for each line of standard input: `deno run -A overwrite.ts FILE reserve|write CONTENT …`. Writes the
 * contents in turn, slowly, and a line when each is complete. `reserve` first removes the old content, and reserves the space.
 */

const CHUNK = 2 ** 18;

const PAUSE_MS = 1;

const [path, mode, ...contents] = Deno.args as [string, string, ...string[]];
const all = contents.map((content) => Deno.readFileSync(content));
let turn = 0;
for await (const _ of Deno.stdin.readable) {
  const bytes = all[turn++ % all.length]!;
  using file = Deno.openSync(path, { write: true });
  if (mode === "reserve") {
    file.truncateSync(0);
    file.truncateSync(bytes.length);
  }
  for (let at = 0; at < bytes.length;) {
    at += file.writeSync(bytes.subarray(at, at + CHUNK));
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  await Deno.stdout.write(new TextEncoder().encode("done\n"));
}
