/** Clients that read nothing, on real connections. */

import { assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { toBodyStream } from "../../lib/http/body_stream.ts";
import { listen } from "../../lib/http/http_listener.ts";
import { LoggedResponse } from "../../lib/http/response.ts";
import { SendTimeouts } from "../../lib/http/send_timeouts.ts";
import { freePort } from "../free_port.ts";
import { FakeClock } from "./fake_clock.ts";

const readPem = (name: string) =>
  Deno.readTextFileSync(fromFileUrl(new URL(`./tls/${name}.pem`, import.meta.url)));

/** Of a test that waits for a server. */
const LIMIT = { timeout: 180_000 };

/** More than sockets buffer. */
const SIZE = 64 * 2 ** 20;

for (const scheme of ["http", "https"]) {
  Deno.test(`listen() releases a body whose client reads nothing: ${scheme}`, LIMIT, async () => {
    const certificate = scheme === "https"
      ? { cert: readPem("cert"), key: readPem("key") }
      : undefined;
    const clock = new FakeClock();
    const timeouts = new SendTimeouts(60_000, clock);
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    const { promise: completed, resolve: complete } = Promise.withResolvers<void>();
    const errors: unknown[] = [];
    let pulledAt = 0;
    const port = freePort();
    const server = await listen({ host: "127.0.0.1", port }, certificate, (request) => {
      request.completed.finally(complete).catch(() => {});
      const next = () => {
        pulledAt = performance.now();
        return Promise.resolve(new Uint8Array(2 ** 20));
      };
      const onError = (error: unknown) => void errors.push(error);
      const body = toBodyStream(next, SIZE, { release, onError }, timeouts);
      return new LoggedResponse(body, { headers: { "content-length": `${SIZE}` } }, SIZE);
    });
    const address = { hostname: "localhost", port };
    using connection = certificate
      ? await Deno.connectTls({ ...address, caCerts: [readPem("ca")] })
      : await Deno.connect(address);
    await connection.write(new TextEncoder().encode("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"));
    await connection.read(new Uint8Array(100));
    while (performance.now() - pulledAt < 300) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    clock.advance(60_000);
    await released;
    assertEquals(errors, ["Client read nothing for 60 s: response aborted"]);
    if (certificate) await completed; // its socket is destroyed
    else connection.close();
    await server.shutdown();
  });
}
