import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { Client, parseHeader } from "./client.ts";

Deno.test("parseHeader() reads status and headers", () => {
  const header = "HTTP/1.1 200 OK\r\nContent-Type: video/mp4\r\nX:a: b\r\n\r\n";
  assertEquals(parseHeader(header), {
    status: 200,
    headers: [["content-type", "video/mp4"], ["x", "a: b"]],
  });
});

Deno.test("parseHeader() rejects other protocols", () => {
  assertThrows(
    () => parseHeader("SSH-2.0-x\r\n\r\n"),
    Error,
    "Cannot read a response that starts with SSH",
  );
});

/** Serves a large body at every path, except a 404 at `/none`. */
function serve({ url }: Request): Response {
  if (url.endsWith("/none")) return new Response("no such asset", { status: 404 });
  return new Response(new Uint8Array(300_000).fill(7), { headers: { "etag": '"x"' } });
}

Deno.test("Client.get() reads whole bodies, one after another", async () => {
  await using server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, serve);
  using client = await Client.connect(server.addr.port);
  for (let i = 0; i < 2; i++) {
    const { headers, body } = await client.get("/large");
    assertEquals(headers.find(([name]) => name === "etag")?.[1], '"x"');
    assertEquals([body.length, body.every((byte) => byte === 7)], [300_000, true]);
  }
});

Deno.test("Client.get() reports status and reason of an error", async () => {
  await using server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, serve);
  using client = await Client.connect(server.addr.port);
  await assertRejects(
    () => client.get("/none"),
    Error,
    "Cannot get /none: status 404, no such asset",
  );
});
