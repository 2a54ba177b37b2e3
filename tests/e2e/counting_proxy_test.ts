/** The proxy that counts requests passes them on unchanged, and finds which of them waited for others. */

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { startCountingProxy } from "./counting_proxy.ts";
import { startServer } from "./test_server.ts";

const text = async (url: string, init?: RequestInit) => await (await fetch(url, init)).text();

Deno.test("startCountingProxy() counts requests, bytes and round trips", async () => {
  await using origin = startServer(({ url }) => new Response("x".repeat(url.length % 7 + 1)));
  await using proxy = await startCountingProxy(origin.url);
  await text(`${proxy.url}/first?a=1`, { headers: { range: "bytes=0-9" } });
  const sizes = await Promise.all(["/a", "/b", "/c"].map((path) => text(proxy.url + path)));
  const { requests, bytes, roundTrips } = proxy.take();
  const [{ method, path, range, status }] = requests as [typeof requests[0]];
  assertEquals({ method, path, range, status }, {
    method: "GET",
    path: "/first?a=1",
    range: "bytes=0-9",
    status: 200,
  });
  assertEquals([requests.length, roundTrips, origin.count()], [4, 2, 4]);
  assertEquals(bytes, requests[0]!.bytes + sizes.join("").length);
  assertEquals(proxy.take(), { requests: [], bytes: 0, roundTrips: 0 });
});

Deno.test("startCountingProxy() passes headers, methods and bodies on", async () => {
  const answer = { headers: { etag: '"1"', "content-encoding": "identity", "x-a": "b" } };
  await using origin = startServer(async (request) => {
    const { method, headers } = request;
    const sent = [headers.get("host"), headers.get("authorization"), await request.text()];
    return new Response(`${method} ${sent}`, { ...answer, status: 203 });
  });
  await using proxy = await startCountingProxy(origin.url);
  const init = { method: "PUT", body: "body", headers: { authorization: "secret" } };
  const response = await fetch(`${proxy.url}/`, init);
  const { host } = new URL(proxy.url);
  assertEquals(await response.text(), `PUT ${host},secret,body`);
  assertEquals(response.status, 203);
  for (const [name, value] of Object.entries(answer.headers)) {
    assertEquals(response.headers.get(name), value);
  }
});

Deno.test("startCountingProxy() delays each request", async () => {
  await using origin = startServer(() => new Response());
  await using proxy = await startCountingProxy(origin.url, 100);
  const start = performance.now();
  await text(proxy.url);
  await text(proxy.url);
  assert(performance.now() - start > 195);
});

Deno.test("startCountingProxy() resets connections where the origin does", async () => {
  const origin = createServer((_, response) => {
    response.writeHead(200, { "content-length": "20" });
    response.write(new Uint8Array(10), () => response.destroy());
  });
  await new Promise<void>((resolve) => origin.listen(0, "127.0.0.1", resolve));
  const { port } = origin.address() as AddressInfo;
  await using proxy = await startCountingProxy(`http://127.0.0.1:${port}`);
  await assertRejects(() => text(proxy.url));
  await new Promise((resolve) => origin.close(resolve));
  await assertRejects(() => text(proxy.url));
  assertEquals(proxy.take().requests.at(-1)!.status, undefined);
});

Deno.test("startCountingProxy() closes connections while it is down", async () => {
  await using origin = startServer(() => new Response("fine"));
  await using proxy = await startCountingProxy(origin.url);
  proxy.isDown = true;
  await assertRejects(() => text(proxy.url));
  proxy.isDown = false;
  assertEquals([await text(proxy.url), origin.count()], ["fine", 1]);
});
