import { assertEquals } from "@std/assert";
import { testApp } from "./fixture.ts";

const files: [name: string, type: string][] = [
  ["robots.txt", "text/plain; charset=utf-8"],
  ["favicon.ico", "image/vnd.microsoft.icon"],
];

for (const [name, type] of files) {
  Deno.test(`serveRootFile() serves a ${name} unless the document root has one`, async () => {
    for (const options of [{}, { listing: false }, { packagesOnly: true }]) {
      using server = testApp(options);
      const builtIn = await server.request(`GET /${name}`, { accept: "text/html" });
      assertEquals([builtIn.status, builtIn.headers.get("content-type")], [200, type]);
      const etag = builtIn.headers.get("etag")!;
      const again = await server.request(`GET /${name}`, { "if-none-match": etag });
      assertEquals(again.status, 304);
      const bytes = new Uint8Array(await builtIn.arrayBuffer());
      server.files.write(name, "own");
      const own = new Uint8Array(await (await server.request(`GET /${name}`)).arrayBuffer());
      const expected = "packagesOnly" in options ? bytes : new TextEncoder().encode("own");
      assertEquals(own, expected);
    }
  });
}

Deno.test("serveRootFile() serves a robots.txt that disallows all", async () => {
  using server = testApp();
  const text = await (await server.request("GET /robots.txt")).text();
  assertEquals(text, "User-agent: *\nDisallow: /\n");
});

Deno.test("serveRootFile() serves an icon of 32 × 32 pixels", async () => {
  using server = testApp();
  const bytes = await (await server.request("GET /favicon.ico")).bytes();
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const [reserved, type, images] = [0, 2, 4].map((at) => view.getUint16(at, true));
  assertEquals([reserved, type, images, bytes[6], bytes[7]], [0, 1, 1, 32, 32]);
  const [size, offset] = [view.getUint32(14, true), view.getUint32(18, true)];
  assertEquals(offset + size, bytes.length);
  assertEquals(new TextDecoder("latin1").decode(bytes.subarray(offset + 1, offset + 4)), "PNG");
});

Deno.test("serveRootFile() serves these files at the root alone", async () => {
  using server = testApp();
  server.files.makeDirectory("films");
  assertEquals((await server.request("GET /films/robots.txt")).status, 404);
  assertEquals((await server.request("GET /films/favicon.ico")).status, 404);
});
