/** The process of `ams`, whose main thread tries what it may not once it serves, and then stops. */

import { homedir } from "node:os";
import { ams } from "../../lib/ams/ams.ts";

const [file, ...args] = Deno.args;

function tryToWrite(): string {
  try {
    Deno.writeTextFileSync(file!, "");
    return "written";
  } catch (error) {
    return (error as Error).name;
  }
}

/** Returns how many of the places of credentials can be read. */
function countReadable(): number {
  const reads = [() => Deno.env.get("AWS_SECRET_ACCESS_KEY"), homedir, () => Deno.osRelease()];
  return reads.filter((read) => {
    try {
      read();
      return true;
    } catch (error) {
      if (error instanceof Deno.errors.NotCapable) return false;
      throw error;
    }
  }).length;
}

const output: string[] = [];
let isStopping = false;
const write = (text: string) => {
  output.push(text);
  if (/Serving \S+ at/.test(text)) { // a line for each mount
    output.push(`${tryToWrite()}\n`);
    if (!isStopping) Deno.kill(Deno.pid, "SIGTERM"); // a second one would end it at once
    isStopping = true;
  }
  return Promise.resolve();
};
const code = await ams(args, { write, warn: (line) => output.push(`${line}\n`) }, "1.2.3");
output.push(`${tryToWrite()} at the end\n`, `readable at the end: ${countReadable()}\n`);
await Deno.stdout.write(new TextEncoder().encode(output.join("")));
Deno.exit(code);
