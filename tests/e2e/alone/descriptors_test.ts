/** More connections than the process may have files open. */

import { assert, assertEquals } from "@std/assert";
import { type Ams, startLimitedAms } from "../ams.ts";
import { AUTHORITY, TLS_FLAGS } from "../stalled_clients.ts";

/** Two workers and the reserve take 102. */
const MAX_FILES = 200;

/** Over TLS, a listener that became deaf is replaced within 20 seconds. */
const MAX_RECOVERY_MS = 30_000;

for (const [scheme, flags] of [["http", []], ["https", TLS_FLAGS]] as const) {
  Deno.test(`ams survives more connections than it has file descriptors: ${scheme}`, async () => {
    const root = await Deno.realPath(await Deno.makeTempDir());
    try {
      await using ams = await startLimitedAms(root, MAX_FILES, "--workers", "2", ...flags);
      const clients = await openConnections(ams, MAX_FILES);
      await waitFor(async () => {
        // descriptors that another use frees are taken, too: what is accepted otherwise ends just above the reserve
        clients.push(...await openConnections(ams, 1));
        return ams.log().includes("Few file descriptors are left");
      });
      if (scheme === "http") {
        const { status, connection } = await request(ams);
        assertEquals([status, connection], [204, "close"]);
      }
      for (const client of clients) client.close();
      await waitFor(() => ams.log().includes("Enough file descriptors are left again"));
      await waitFor(() => respondsToAll(ams));
      assertEquals(ams.log().includes("Worker failed"), false);
    } finally {
      await Deno.remove(root, { recursive: true });
    }
  });
}

/** Opens idle connections; the system may refuse some. */
async function openConnections({ url }: Ams, count: number): Promise<Deno.Conn[]> {
  const address = { hostname: "127.0.0.1", port: Number(new URL(url).port) };
  const opened = Array.from({ length: count }, () => Deno.connect(address));
  const results = await Promise.allSettled(opened);
  return results.flatMap((result) => result.status === "fulfilled" ? [result.value] : []);
}

/** The system distributes connections among the workers. */
async function respondsToAll(ams: Ams): Promise<boolean> {
  for (let i = 0; i < 20; i++) {
    const { status, connection } = await request(ams);
    if (status !== 204 || connection === "close") return false;
  }
  return true;
}

/** A status of 0 stands for a connection that fails. */
async function request({ url }: Ams): Promise<{ status: number; connection: string | null }> {
  const { port, protocol } = new URL(url);
  using client = Deno.createHttpClient({ caCerts: [AUTHORITY] });
  const init = { method: "OPTIONS", client, signal: AbortSignal.timeout(1000) };
  try {
    const response = await fetch(`${protocol}//localhost:${port}/`, init);
    await response.body?.cancel();
    return { status: response.status, connection: response.headers.get("connection") };
  } catch {
    return { status: 0, connection: "close" };
  }
}

async function waitFor(condition: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + MAX_RECOVERY_MS;
  while (!await condition()) {
    assert(Date.now() < end, `Cannot wait longer for ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
