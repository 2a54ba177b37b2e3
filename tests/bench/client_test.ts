import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { Client, parseHeader } from "./client.ts";

Deno.test("parseHeader() reads status and headers", () => {
  const head = "HTTP/1.1 200 OK\r\nContent-Type: video/mp4\r\nX:a: b\r\n\r\n";
  assertEquals(parseHeader(head), {
    status: 200,
    headers: [["content-type", "video/mp4"], ["x", "a: b"]],
  });
});

Deno.test("parseHeader() refuses what is not HTTP", () => {
  assertThrows(
    () => parseHeader("SSH-2.0-x\r\n\r\n"),
    Error,
    "Cannot read an answer that starts with SSH",
  );
});

/** Serves a large body, and a 404. */
function serve({ url }: Request): Response {
  if (url.endsWith("/none")) return new Response("no such title", { status: 404 });
  return new Response(new Uint8Array(300_000).fill(7), { headers: { "etag": '"x"' } });
}

Deno.test("Client.get() gives the whole body, one answer after the other", async () => {
  await using server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, serve);
  using client = await Client.connect(server.addr.port);
  for (let i = 0; i < 2; i++) {
    const { headers, body } = await client.get("/large");
    assertEquals(headers.find(([name]) => name === "etag")?.[1], '"x"');
    assertEquals([body.length, body.every((byte) => byte === 7)], [300_000, true]);
  }
});

Deno.test("Client.get() says what the server had against it", async () => {
  await using server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, serve);
  using client = await Client.connect(server.addr.port);
  await assertRejects(() => client.get("/none"), Error, "the answer 404 to /none: no such title");
});
