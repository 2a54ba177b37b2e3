/** Clients of the soak. Each function is one visit of one client. */

import { AUTHORITY, connect, stall } from "../e2e/stalled_clients.ts";
import { digest, type Site, type Target } from "./site.ts";

export interface Report {
  /** Until the status, of honest clients. */
  readonly latenciesMs: number[];
  readonly faults: string[];
  readonly visits: Record<ClientKind, number>;
}

export type ClientKind = "honest" | "slow" | "stalled" | "cancelling";

/** Large enough that sockets do not buffer it. */
const MIN_STALLED_BYTES = 4_000_000;

const MAX_STALL_MS = 8000;

type Visit = (url: string, site: Site, report: Report, ended: Promise<void>) => Promise<void>;

export const VISITS: Record<ClientKind, Visit> = {
  async honest(url, { targets }, report) {
    using client = Deno.createHttpClient({ caCerts: [AUTHORITY] });
    for (let i = 0; i < 10; i++) { // one connection
      const target = pick(targets);
      const start = performance.now();
      const headers = { "accept-encoding": "identity" };
      const response = await fetch(toName(url) + target.path, { client, headers });
      report.latenciesMs.push(performance.now() - start);
      const fault = await findFault(response, target);
      if (fault) report.faults.push(`${target.path}: ${fault}`);
      await pause(200 * Math.random());
    }
  },

  async slow(url, { targets }, _report, ended) {
    using connection = await connect(url);
    await connection.write(new TextEncoder().encode(
      `GET ${pick(targets).path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`,
    ));
    const buffer = new Uint8Array(16384);
    while (await connection.read(buffer)) {
      if (await Promise.race([pause(20).then(() => false), ended.then(() => true)])) return;
    }
  },

  async stalled(url, { targets }, _report, ended) {
    const large = targets.filter(({ size }) => size > MIN_STALLED_BYTES);
    using _connection = await stall(url, pick(large).path);
    await Promise.race([pause(MAX_STALL_MS * Math.random()), ended]);
  },

  async cancelling(url, { targets }) {
    using client = Deno.createHttpClient({ caCerts: [AUTHORITY] });
    const response = await fetch(toName(url) + pick(targets).path, { client });
    const reader = response.body!.getReader();
    if (Math.random() < 0.5) await reader.read();
    await reader.cancel();
    await pause(100 * Math.random());
  },
};

async function findFault(response: Response, target: Target): Promise<string | undefined> {
  const bytes = await response.bytes();
  if (response.status === 404 && target.mayBeAbsent) return undefined;
  if (response.status !== 200) return `status ${response.status}`;
  return target.digests.has(await digest(bytes)) ? undefined : "wrong bytes";
}

/** The certificate is that of a name. */
function toName(url: string): string {
  return url.replace("127.0.0.1", "localhost");
}

function pick<T>(items: readonly T[]): T {
  return items[Math.floor(items.length * Math.random())]!;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
