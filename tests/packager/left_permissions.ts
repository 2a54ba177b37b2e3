/** Runs amspackager, and prints which of its permissions are left then, as a line of JSON. */

import { main } from "../../packager.ts";

const VARIABLE = "AWS_SECRET_ACCESS_KEY";

await main(Deno.args);

const descriptors = {
  net: { name: "net" },
  host: { name: "net", host: "127.0.0.1:80" },
  env: { name: "env", variable: VARIABLE },
  sys: { name: "sys", kind: "homedir" },
} as const;

const granted = Object.entries(descriptors)
  .filter(([, descriptor]) => Deno.permissions.querySync(descriptor).state === "granted")
  .map(([name]) => name);

Deno.stdout.writeSync(new TextEncoder().encode(`${JSON.stringify(granted)}\n`));
