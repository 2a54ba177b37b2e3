/** Certificates that are replaced while `listen()` serves TLS. */

import { assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { listen } from "../../lib/http/http_listener.ts";
import type { Certificate } from "../../lib/http/server.ts";
import { serveTls } from "../../lib/http/tls_listener.ts";
import { freePort } from "../free_port.ts";
import { getCertificateName, TlsClient } from "../tls_client.ts";
import { FakeClock } from "./fake_clock.ts";

const read = (name: string) =>
  Deno.readTextFileSync(fromFileUrl(new URL(`./tls/${name}.pem`, import.meta.url)));

/** The common names are `localhost` and `renewed`. */
const CERTIFICATE: Certificate = { cert: read("cert"), key: read("key") };
const RENEWED: Certificate = { cert: read("renewed"), key: read("renewed-key") };

const respond = () => new Response("x");

Deno.test("setCertificate() gives new connections the certificate, and keeps those that are open", async () => {
  const port = freePort();
  const server = await listen({ host: "127.0.0.1", port }, CERTIFICATE, respond);
  using client = new TlsClient();
  assertEquals(await client.get(port, "/"), { status: 200, bytes: 1, certificate: "localhost" });
  server.setCertificate!(RENEWED);
  assertEquals(await getCertificateName(port), "renewed");
  assertEquals(await client.get(port, "/"), { status: 200, bytes: 1, certificate: "localhost" });
  server.setCertificate!(CERTIFICATE);
  assertEquals(await getCertificateName(port), "localhost");
  client[Symbol.dispose]();
  await server.shutdown();
});

Deno.test("setCertificate() holds for listeners that replace an idle one", async () => {
  const clock = new FakeClock();
  const port = freePort();
  const options = { certificate: CERTIFICATE, clock };
  const server = await serveTls({ host: "127.0.0.1", port }, options, respond);
  server.setCertificate!(RENEWED);
  for (let i = 0; i < 2; i++) {
    clock.advance(10_000);
    await new Promise((resolve) => setTimeout(resolve, 50)); // the listener is replaced
    assertEquals(await getCertificateName(port), "renewed");
  }
  await server.shutdown();
});

Deno.test("listen() has no certificate to replace without TLS", async () => {
  const server = await listen({ host: "127.0.0.1", port: freePort() }, undefined, respond);
  assertEquals(server.setCertificate, undefined);
  await server.shutdown();
});
