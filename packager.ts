// deno-lint-ignore-file no-console -- a command prints

/** amspackager: inspects MP4 and subtitle files, and writes the package that `ams` serves. */

import config from "./deno.json" with { type: "json" };
import { amspackager } from "./lib/packager/command.ts";
import type { Console } from "./lib/cli/console.ts";
import { Progress } from "./lib/cli/progress.ts";

/** @returns the exit code */
export function main(args: readonly string[]): Promise<number> {
  const write = (text: string) => void Deno.stderr.writeSync(new TextEncoder().encode(text));
  const out: Console = {
    line: (text) => console.log(text),
    warn: (text) => console.error(text),
    ...(Deno.stderr.isTerminal() && { progress: new Progress(write) }),
  };
  const revokeNetwork = () => void Deno.permissions.revokeSync({ name: "net" });
  const { version } = config;
  return amspackager(args, out, { version, revokeNetwork, revokeCredentialSources, watchSignals });
}

/** The process cannot get them back. */
function revokeCredentialSources(): void {
  const { env, sys } = config.permissions.amspackager;
  for (const variable of env) Deno.permissions.revokeSync({ name: "env", variable });
  for (const kind of sys) {
    Deno.permissions.revokeSync({ name: "sys", kind } as Deno.SysPermissionDescriptor);
  }
}

/** Returns what the first signal to stop aborts, with its name; the second one ends the process at once. */
function watchSignals(): AbortSignal {
  const controller = new AbortController();
  const names: Deno.Signal[] = ["SIGINT", Deno.build.os === "windows" ? "SIGBREAK" : "SIGTERM"];
  for (const name of names) {
    const stop = () => {
      Deno.removeSignalListener(name, stop);
      controller.abort(name);
    };
    Deno.addSignalListener(name, stop);
  }
  return controller.signal;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
