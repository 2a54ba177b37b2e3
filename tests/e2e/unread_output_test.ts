/** A log that nobody reads takes no memory. */

import { assert, assertEquals } from "@std/assert";
import { freePort } from "../free_port.ts";
import { getCommandLine } from "./ams.ts";
import { watchResidentSize } from "./resident_size.ts";

const MAX_MB = 300;
const REQUESTS = 8000;
const CONNECTIONS = 20;

/** Longer than AMS logs, shorter than a client may send. */
const PATH = "a".repeat(20_000);

Deno.test("ams serves in bounded memory and stops while standard output is not read", async () => {
  const root = await Deno.realPath(await Deno.makeTempDir());
  const port = freePort();
  const [deno, ...args] = getCommandLine("ams");
  const options = ["-d", root, "--host", "127.0.0.1", "-p", `${port}`, "--workers", "1"];
  const ams = new Deno.Command(deno!, {
    args: [...args, ...options],
    stdin: "null",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  try {
    using size = watchResidentSize(ams.pid);
    await waitUntilListening(port);
    const send = async () => {
      for (let i = 0; i < REQUESTS / CONNECTIONS; i++) {
        await (await fetch(`http://127.0.0.1:${port}/${PATH}`)).body?.cancel();
      }
    };
    await Promise.all(Array.from({ length: CONNECTIONS }, send));
    assert(size.peak() < MAX_MB, `${size.peak()} MB`);
    ams.kill("SIGTERM");
    const timer = setTimeout(() => ams.kill("SIGKILL"), 30_000);
    assertEquals((await ams.status).code, 0);
    clearTimeout(timer);
  } finally {
    await ams.stdout.cancel();
    await Deno.remove(root, { recursive: true });
  }
});

async function waitUntilListening(port: number): Promise<void> {
  for (let attempts = 200;; attempts--) {
    try {
      return (await Deno.connect({ hostname: "127.0.0.1", port })).close();
    } catch (error) {
      if (attempts === 0 || !(error instanceof Deno.errors.ConnectionRefused)) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
