/** Clients that close their connections before they get a response. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { RequestError } from "../../lib/errors.ts";
import { isClientGone, readFor } from "../../lib/http/client_gone.ts";
import { listen } from "../../lib/http/http_listener.ts";
import type { Certificate } from "../../lib/http/server.ts";
import { freePort } from "../free_port.ts";

const readPem = (name: string) =>
  Deno.readTextFileSync(new URL(`./tls/${name}.pem`, import.meta.url));

const CERTIFICATE: Certificate = { cert: readPem("cert"), key: readPem("key") };

for (const certificate of [undefined, CERTIFICATE]) {
  const scheme = certificate ? "https" : "http";
  Deno.test(`listen() aborts the signal when the client goes before the response, ${scheme}`, async () => {
    const port = freePort();
    const [received, aborted] = [Promise.withResolvers<void>(), Promise.withResolvers<Response>()];
    const server = await listen({ host: "127.0.0.1", port }, certificate, ({ signal }) => {
      signal.addEventListener("abort", () => aborted.resolve(new Response()));
      received.resolve();
      return aborted.promise;
    });
    using client = Deno.createHttpClient({ caCerts: [readPem("ca")] });
    const controller = new AbortController();
    const { signal } = controller;
    const responded = assertRejects(() =>
      fetch(`${scheme}://localhost:${port}/`, { client, signal })
    );
    await received.promise;
    controller.abort();
    await aborted.promise;
    await responded;
    await server.shutdown();
  });
}

Deno.test("readFor() rejects as CLIENT_GONE when the client has gone, else as the read", async () => {
  const client = new AbortController();
  assertEquals(await readFor(client, () => Promise.resolve(1)), 1);
  assertEquals(await readFor(undefined, ({ aborted }) => Promise.resolve(aborted)), false);
  const failure = new Error("broken");
  const fail = () => Promise.reject(failure);
  const error = await assertRejects(() => readFor(client, fail));
  assert(error === failure && !isClientGone(error));
  client.abort();
  assert(isClientGone(await assertRejects(() => readFor(client, fail), RequestError)));
});
