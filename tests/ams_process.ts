/** The command `ams` in a process of its own. */

import { fromFileUrl, join } from "@std/path";

export const REPOSITORY = fromFileUrl(new URL("../", import.meta.url));
/** Certificates and keys of the tests. */
export const PEM = fromFileUrl(new URL("./http/tls/", import.meta.url));
const READY = /Serving \S+ at (https?):\/\/([^:]+):(\d+)\/["\n]/;

export function command(
  cwd: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Deno.Command {
  const deno = ["run", "--config", join(REPOSITORY, "deno.json"), "-P=ams"];
  return new Deno.Command(Deno.execPath(), {
    args: [...deno, join(REPOSITORY, "main.ts"), ...args],
    cwd,
    stdout: "piped",
    stderr: "piped",
    env: { NO_COLOR: "1", ...env },
  });
}

/** Starts a server; `until` waits until the output matches so many times, `end` for its end. */
export async function start(app: { readonly root: string }, ...args: string[]) {
  const hostFlags = args.includes("--host") ? [] : ["--host", "127.0.0.1"];
  const child = command(app.root, [...hostFlags, "-p", "0", ...args]).spawn();
  const errors = new Response(child.stderr).text();
  const lines = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let out = "";
  const until = async (pattern: RegExp, count = 1) => {
    const all = new RegExp(pattern, "g");
    while ((out.match(all)?.length ?? 0) < count) {
      const { done, value } = await lines.read();
      if (done) throw new Error(`Cannot find ${pattern} in ${out}, nor in ${await errors}`);
      out += value;
    }
    return pattern.exec(out)!;
  };
  const end = async () => {
    const { code } = await child.status;
    for (let read; !(read = await lines.read()).done;) out += read.value;
    return { code, out, errors: await errors };
  };
  const [, scheme, host, port] = await until(READY);
  return { child, until, end, port: Number(port), url: `${scheme}://${host}:${port}` };
}
