import { assertEquals, assertRejects, assertThrows } from "@std/assert";
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

Deno.test("createOriginFetch() rejects certificates that cannot be used", async () => {
  assertThrows(() =>
    createOriginFetch(["-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----"])
  );
  const origin = createOriginFetch();
  origin[Symbol.dispose]();
  await assertRejects(() => origin.fetch(new URL("http://127.0.0.1:9/"), {}));
});
