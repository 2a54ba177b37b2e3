/** A server of channels that is stopped or killed, and starts again at the same port. */

import { type Ams, startAms } from "./ams.ts";

/**
 * An `ams` that is replaced by another one, which takes publishers at the same port.
 *
 * @param args further flags of both
 */
export function createReplacedAms(root: string, port: number, ...args: string[]) {
  const start = () => startAms(root, "--workers", "1", "--ingest", `127.0.0.1:${port}`, ...args);
  let ams: Promise<Ams> = start();
  return {
    get: () => ams,
    async replace(signal: Deno.Signal, whileStopping = () => Promise.resolve()) {
      const old = await ams;
      Deno.kill(old.pid, signal);
      await whileStopping();
      ams = Promise.resolve(old[Symbol.asyncDispose]()).then(start);
    },
    async [Symbol.asyncDispose]() {
      await (await ams)[Symbol.asyncDispose]();
    },
  };
}
