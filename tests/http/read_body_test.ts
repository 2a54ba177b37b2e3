/** Bodies of requests, over HTTP and TLS. */

import { assertEquals, assertMatch } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { RequestError } from "../../lib/errors.ts";
import { listen } from "../../lib/http/http_listener.ts";
import { LoggedResponse } from "../../lib/http/response.ts";
import type { HttpRequest } from "../../lib/http/request.ts";
import { freePort } from "../free_port.ts";

const readPem = (name: string) =>
  Deno.readTextFileSync(fromFileUrl(new URL(`./tls/${name}.pem`, import.meta.url)));

const CERTIFICATE = { cert: readPem("cert"), key: readPem("key") };

/** Reads the body some time after the request, as behind a check of its token. */
async function echo(request: HttpRequest): Promise<Response> {
  await new Promise((resolve) => setTimeout(resolve, 20));
  try {
    return new LoggedResponse(new Uint8Array(await request.readBody!()), {});
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    return new LoggedResponse(new TextEncoder().encode(error.message), { status: error.status });
  }
}

const bodies: [name: string, body: string, expected: RegExp][] = [
  ["nothing", "", /^200 $/],
  ["4,096 bytes", "x".repeat(4096), /^200 x{4096}$/],
  ["4,097 bytes", "x".repeat(4097), /^400 Cannot read a body of more than 4096 bytes$/],
  ["60,000 bytes", "x".repeat(60_000), /^400 Cannot read a body of more than 4096 bytes$/],
];

for (const secure of [false, true]) {
  Deno.test(`listen() lets a handler read bodies over ${secure ? "TLS" : "HTTP"}`, async (t) => {
    const port = freePort();
    const handler = (request: HttpRequest) => echo(request);
    const certificate = secure ? CERTIFICATE : undefined;
    const server = await listen({ host: "127.0.0.1", port }, certificate, handler);
    using client = Deno.createHttpClient({ caCerts: [readPem("ca")] });
    const url = `${secure ? "https" : "http"}://localhost:${port}/`;
    for (const [name, body, expected] of bodies) {
      await t.step(name, async () => {
        const response = await fetch(url, { method: "POST", body, client });
        assertMatch(`${response.status} ${await response.text()}`, expected);
      });
    }
    await t.step("chunks", async () => {
      const body = ReadableStream.from(
        ["a", "b", "c"].map((text) => new TextEncoder().encode(text)),
      );
      const response = await fetch(url, { method: "POST", body, client });
      assertEquals([response.status, await response.text()], [200, "abc"]);
    });
    await t.step("a body that ends early, or that a handler leaves unread", async () => {
      for (const [length, sent] of [[100, 10], [5000, 4500]]) {
        const options = { hostname: "localhost", port };
        const connection = secure
          ? await Deno.connectTls({ ...options, caCerts: [readPem("ca")] })
          : await Deno.connect(options);
        const head = `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${length}\r\n\r\n`;
        await connection.write(new TextEncoder().encode(head + "x".repeat(sent!)));
        await new Promise((resolve) => setTimeout(resolve, 50));
        connection.close();
        const response = await fetch(url, { method: "POST", body: "next", client });
        assertEquals([response.status, await response.text()], [200, "next"]);
      }
    });
    await server.shutdown();
  });
}
