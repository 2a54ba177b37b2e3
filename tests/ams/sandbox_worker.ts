/** Tries what the sandbox denies, and posts the results. */

/** Returns `done`, `denied` for lack of a permission, or the name of the error. */
async function attempt(action: () => unknown): Promise<string> {
  try {
    await action();
    return "done";
  } catch (error) {
    const { name, message } = error as Error;
    return /^Requires \w+ access/.test(message) ? "denied" : name;
  }
}

const scope = self as unknown as {
  onmessage: (event: MessageEvent<{ inside: string; outside: string; port: number }>) => void;
  postMessage(results: Record<string, string>): void;
};

scope.onmessage = async ({ data: { inside, outside, port } }) => {
  scope.postMessage({
    "read inside": await attempt(() => Deno.readTextFileSync(inside)),
    "read outside": await attempt(() => Deno.readTextFileSync(outside)),
    "stat outside": await attempt(() => Deno.statSync(outside)),
    "write outside": await attempt(() => Deno.writeTextFileSync(outside, "")),
    "remove outside": await attempt(() => Deno.removeSync(outside)),
    "write inside": await attempt(() => Deno.writeTextFileSync(inside, "")),
    "remove inside": await attempt(() => Deno.removeSync(inside)),
    "run": await attempt(() => new Deno.Command("true").outputSync()),
    "environment": await attempt(() => Deno.env.get("AMS_PORT")),
    "system": await attempt(() => Deno.networkInterfaces()),
    "connect elsewhere": await attempt(() => Deno.connect({ hostname: "127.0.0.1", port })),
    "listen elsewhere": await attempt(() => Deno.listen({ hostname: "127.0.0.1", port }).close()),
    "fetch": await attempt(() => fetch(`http://127.0.0.1:${port}/`)),
    "import": await attempt(() => import(`http://127.0.0.1:${port}/code.js`)),
  });
};
