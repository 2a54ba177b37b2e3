/** The process of `ams`, whose main thread tries to write a file once it serves, and then stops. */

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

const output: string[] = [];
const write = (text: string) => {
  output.push(text);
  if (/Serving \S+ at/.test(text)) {
    output.push(`${tryToWrite()}\n`);
    Deno.kill(Deno.pid, "SIGTERM");
  }
  return Promise.resolve();
};
const code = await ams(args, { write, warn: (line) => output.push(`${line}\n`) }, "1.2.3");
output.push(`${tryToWrite()} at the end\n`);
await Deno.stdout.write(new TextEncoder().encode(output.join("")));
Deno.exit(code);
