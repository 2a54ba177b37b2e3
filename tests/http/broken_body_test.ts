/** Bodies that cannot be read to their end. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { MediaError } from "../../lib/errors.ts";
import { toBodyStream } from "../../lib/http/body_stream.ts";
import { listen } from "../../lib/http/http_listener.ts";
import { LoggedResponse } from "../../lib/http/response.ts";
import { freePort } from "../free_port.ts";

const readPem = (name: string) =>
  Deno.readTextFileSync(fromFileUrl(new URL(`./tls/${name}.pem`, import.meta.url)));

const CHUNK = 65536;
const SIZE = 4 * CHUNK;

/** Its third chunk cannot be read, since the file was overwritten. */
function respond(): Response {
  let reads = 0;
  const next = () => {
    if (++reads < 3) return Promise.resolve(new Uint8Array(CHUNK));
    return Promise.reject(new MediaError("Cannot read byte 131072", "MEDIA_READ"));
  };
  const body = toBodyStream(next, SIZE, { release: () => {}, onError: () => {} });
  const headers = { "content-length": `${SIZE}`, "cache-control": "immutable" };
  return new LoggedResponse(body, { headers }, SIZE);
}

for (const scheme of ["http", "https"]) {
  Deno.test(`listen() closes the connection short of Content-Length where a body fails: ${scheme}`, async () => {
    const certificate = scheme === "https"
      ? { cert: readPem("cert"), key: readPem("key") }
      : undefined;
    const port = freePort();
    const server = await listen({ host: "127.0.0.1", port }, certificate, respond);
    using client = Deno.createHttpClient({ caCerts: [readPem("ca")] });
    const response = await fetch(`${scheme}://localhost:${port}/`, { client });
    assertEquals([response.status, response.headers.get("content-length")], [200, `${SIZE}`]);
    let received = 0;
    await assertRejects(async () => {
      for await (const chunk of response.body!) received += chunk.length;
    });
    assert(received < SIZE, `${received}`);
    await server.shutdown();
  });
}
