import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { describeConnectionError } from "../../../lib/connection_error.ts";
import { createOriginFetch } from "../../../lib/storage/remote/origin_fetch.ts";

Deno.test("createOriginFetch() keeps connections, and asks for no coding of ranges", async () => {
  const connections = new Set<number>();
  const codings: (string | null)[] = [];
  await using server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen() {} },
    (request, info) => {
      connections.add(info.remoteAddr.port);
      codings.push(request.headers.get("accept-encoding"));
      return new Response("x");
    },
  );
  using origin = createOriginFetch();
  const { signal } = new AbortController();
  const url = new URL(`http://127.0.0.1:${server.addr.port}/`);
  for (let i = 0; i < 3; i++) {
    const response = await origin.fetch(url, { headers: { range: "bytes=0-1" }, signal });
    assertEquals(await response.text(), "x");
  }
  assertEquals([connections.size, codings], [1, Array(3).fill("identity")]);
});

const read = (name: string) =>
  Deno.readTextFileSync(new URL(`../../http/tls/${name}`, import.meta.url));

Deno.test("createOriginFetch() trusts the authority of an origin", async () => {
  const options = { cert: read("cert.pem"), key: read("key.pem"), port: 0, onListen() {} };
  await using server = Deno.serve({ ...options, hostname: "127.0.0.1" }, () => new Response("x"));
  const url = new URL(`https://localhost:${server.addr.port}/`);
  using trusting = createOriginFetch([read("ca.pem")]);
  assertEquals(await (await trusting.fetch(url, {})).text(), "x");
  using other = createOriginFetch();
  const error = await assertRejects(() => other.fetch(url, {}));
  assertEquals(describeConnectionError(error), "has a certificate that is not trusted");
});

Deno.test("createOriginFetch() rejects certificates that cannot be used", async () => {
  assertThrows(() =>
    createOriginFetch(["-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----"])
  );
  const origin = createOriginFetch();
  origin[Symbol.dispose]();
  await assertRejects(() => origin.fetch(new URL("http://127.0.0.1:9/"), {}));
});
