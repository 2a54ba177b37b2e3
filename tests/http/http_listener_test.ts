import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { handle } from "../../lib/server/handler.ts";
import { listen } from "../../lib/http/http_listener.ts";
import type { Certificate, HttpServer } from "../../lib/http/server.ts";
import type { HttpRequest } from "../../lib/http/request.ts";
import { getVersion, type TestApp, testApp } from "../server/fixture.ts";
import { freePort } from "../free_port.ts";

const PEM = fromFileUrl(new URL("./tls/", import.meta.url));

/** For `localhost`, until 2126. */
const CERTIFICATE: Certificate = {
  cert: Deno.readTextFileSync(join(PEM, "cert.pem")),
  key: Deno.readTextFileSync(join(PEM, "key.pem")),
};

/** The authority that signed it; its key was deleted. */
const AUTHORITY = Deno.readTextFileSync(join(PEM, "ca.pem"));

interface Listener extends AsyncDisposable {
  readonly port: number;
  readonly server: HttpServer;
  /** The requests received, in order. */
  readonly requests: Required<Pick<HttpRequest, "completed" | "connection" | "remoteAddress">>[];
}

/** A server on a free port. */
async function start({ app }: TestApp, certificate?: Certificate): Promise<Listener> {
  const port = freePort();
  const requests: Listener["requests"][number][] = [];
  const server = await listen({ host: "127.0.0.1", port }, certificate, (request) => {
    const { completed, connection, remoteAddress } = request;
    requests.push({ completed, connection, remoteAddress });
    return handle(request, app);
  });
  return { port, server, requests, [Symbol.asyncDispose]: () => server.shutdown() };
}

/** Sends these bytes and reads the response. */
async function sendRaw(port: number, request: string): Promise<{ status: number; text: string }> {
  using connection = await Deno.connect({ hostname: "127.0.0.1", port });
  const bytes = Uint8Array.from(request, (char) => char.charCodeAt(0));
  await connection.write(bytes);
  let text = "";
  const decoder = new TextDecoder("latin1");
  try {
    for await (const chunk of connection.readable) text += decoder.decode(chunk, { stream: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.ConnectionReset)) throw error; // rejected while we wrote
  }
  return { status: Number(/^HTTP\/1\.[01] (\d+)/.exec(text)?.[1]), text };
}

function request(target: string, { method = "GET", headers = "Host: a\r\n" } = {}): string {
  return `${method} ${target} HTTP/1.1\r\n${headers}Connection: close\r\n\r\n`;
}

/** Request targets and the status of the response; `by`: the HTTP parser of Deno rejects it. */
const targets: [target: string, status: number, by?: "parser"][] = [
  ["/film.json/.mpd", 200],
  ["/film.json/.mpd?from=/../x", 200],
  ["/film.json/.mpd?filter=/../x", 400],
  [`/film.json/.mpd?filter=type=="video"`, 200],
  ["/film.json/.mpd#x", 200],
  ["http://elsewhere/film.json/.mpd", 400], // the Host header differs
  ["http://a/film.json/.mpd", 200],
  ["/film%2ejson/.mpd", 302],
  ["/%66ilm.json/%2empd", 404],
  ["/../film.json/.mpd", 400],
  ["/./film.json/.mpd", 400],
  ["/x/../film.json/.mpd", 400],
  ["/x/%2e%2e/film.json/.mpd", 400],
  ["/x/.%2e/film.json/.mpd", 400],
  ["/%2e%2e%2f%2e%2e%2fetc/passwd", 400],
  ["/..%2f..%2fetc%2fpasswd", 400],
  ["/..\\..\\etc\\passwd", 400],
  ["/%5c..%5c..%5cetc", 400],
  ["/..%c0%af..%c0%afetc", 400],
  ["/%c0%ae%c0%ae/etc/passwd", 400],
  ["/%e0%80%ae/x", 400],
  ["/film.json%00.txt", 400],
  ["http://elsewhere/../etc/passwd", 400],
  ["//etc/passwd", 404],
  ["/film.json//.mpd", 404],
  ["/%252e%252e/etc/passwd", 404],
  ["/....//....//etc/passwd", 404],
  ["/etc/passwd", 404],
  ["/~root/.bashrc", 404],
  ["/film.json;.mpd", 404],
  ["/\xc3\xa9.mp4/.mpd", 404],
  ["/film.json\0/.mpd", 400, "parser"],
  ["/\xff\xfe", 400, "parser"],
  ["/a b", 400, "parser"],
  ["film.json/.mpd", 400, "parser"],
  ["../film.json/.mpd", 400, "parser"],
  ["*", 400, "parser"],
  [`/${"x".repeat(70_000)}`, 400, "parser"],
];

Deno.test("listen() responds to raw request targets", async (t) => {
  using server = testApp();
  await using listener = await start(server);
  for (const [target, status, by] of targets) {
    await t.step(`${JSON.stringify(target.slice(0, 60))} with ${status}`, async () => {
      const response = await sendRaw(listener.port, request(target));
      assertEquals(response.status, status);
      assertEquals(/^ams-error: /mi.test(response.text), status >= 400 && by === undefined);
      assertEquals(response.text.includes("root:"), false); // /etc/passwd
    });
  }
});

const unusual: [request: string, text: string, status: number][] = [
  ["a host with a path", request("/film.json/.mpd", { headers: "Host: /video.mp4\r\n" }), 400],
  ["a host with a query", request("/film.json/.mpd", { headers: "Host: a?b\r\n" }), 400],
  ["two hosts", request("/film.json/.mpd", { headers: "Host: a\r\nHost: b\r\n" }), 400],
  ["no host", request("/film.json/.mpd", { headers: "" }), 200],
  ["HTTP/1.0", "GET /film.json/.mpd HTTP/1.0\r\n\r\n", 200],
  ["an unknown method", request("/film.json/.mpd", { method: "BREW" }), 405],
  ["TRACE", request("/film.json/.mpd", { method: "TRACE" }), 405],
  ["CONNECT", request("a:80", { method: "CONNECT" }), 405],
  ["OPTIONS *", request("*", { method: "OPTIONS" }), 204],
  ["a large header", request("/", { headers: `Host: a\r\nX: ${"x".repeat(500_000)}\r\n` }), 400],
];

for (const [name, text, status] of unusual) {
  Deno.test(`listen() responds to ${name} with ${status}`, async () => {
    using server = testApp();
    await using listener = await start(server);
    assertEquals((await sendRaw(listener.port, text)).status, status);
  });
}

for (const certificate of [undefined, CERTIFICATE]) {
  const scheme = certificate ? "https" : "http";
  Deno.test(`listen() identifies connections, ${scheme}`, async () => {
    using server = testApp();
    await using listener = await start(server, certificate);
    const caCerts = [AUTHORITY];
    const names: string[] = [];
    for (const _ of "ab") {
      using client = Deno.createHttpClient({ caCerts });
      for (const _ of "12") { // keep-alive: one connection
        await (await fetch(`${scheme}://localhost:${listener.port}/film.json/.mpd`, { client }))
          .text();
        names.push(listener.requests.at(-1)!.connection);
      }
    }
    const [one, two] = [names[0]!, names[2]!];
    assertEquals(names, [one, one, two, two]);
    assertMatch(one, /^(::ffff:)?127\.0\.0\.1 \d+$/);
    assertEquals(listener.requests[0]!.remoteAddress, one.split(" ")[0]);
    assert(one !== two);
  });
}

Deno.test("listen() resolves completed when the client disconnects", async () => {
  using server = testApp();
  Deno.writeFileSync(join(server.root, "large.bin"), new Uint8Array(64 * 2 ** 20));
  await using listener = await start(server);
  const response = await fetch(`http://127.0.0.1:${listener.port}/large.bin`);
  const reader = response.body!.getReader();
  await reader.read();
  await reader.cancel();
  await listener.requests[0]!.completed;
  assertEquals(server.messages, []);
});

for (const certificate of [undefined, CERTIFICATE]) {
  const scheme = certificate ? "https" : "http";
  Deno.test(`listen() rejects an address in use, ${scheme}`, async () => {
    const address = { host: "127.0.0.1", port: freePort() };
    using _taken = Deno.listen({ hostname: address.host, port: address.port });
    await assertRejects(() => listen(address, certificate, () => Promise.reject()));
  });
}

for (const certificate of [undefined, CERTIFICATE]) {
  const scheme = certificate ? "https" : "http";
  Deno.test(`listen() aborts the response and logs why if the file is truncated, ${scheme}`, async () => {
    using server = testApp();
    const path = join(server.root, "large.bin");
    Deno.writeFileSync(path, new Uint8Array(64 * 2 ** 20));
    await using listener = await start(server, certificate);
    using client = Deno.createHttpClient({ caCerts: [AUTHORITY] });
    const url = `${scheme}://localhost:${listener.port}/large.bin`;
    const response = await fetch(url, { client });
    const reader = response.body!.getReader();
    await reader.read();
    Deno.truncateSync(path, 100_000);
    await assertRejects(async () => {
      while (!(await reader.read()).done);
    });
    await listener.requests[0]!.completed;
    assertEquals(server.messages.length, 1);
    assertMatch(
      server.messages[0]!,
      /^large\.bin: .*Cannot read byte \d+: the file ends before it$/,
    );
  });
}

Deno.test("listen() survives connections that are not TLS", async () => {
  using server = testApp();
  await using listener = await start(server, CERTIFICATE);
  for (const noise of [request("/film.json/.mpd"), "\x16\x03\x01\xff\xff\x00", "\0"]) {
    using connection = await Deno.connect({ hostname: "127.0.0.1", port: listener.port });
    await connection.write(Uint8Array.from(noise, (char) => char.charCodeAt(0)));
    await connection.closeWrite();
    for await (const _ of connection.readable);
  }
  using client = Deno.createHttpClient({ caCerts: [AUTHORITY] });
  const response = await fetch(`https://localhost:${listener.port}/film.json/.mpd`, { client });
  assertStringIncludes(await response.text(), "<MPD");
});

Deno.test("listen() serves TLS", async (t) => {
  using server = testApp();
  Deno.writeFileSync(join(server.root, "large.bin"), new Uint8Array(9 * 2 ** 20).fill(7));
  const version = await getVersion(server);
  await using listener = await start(server, CERTIFICATE);
  using client = Deno.createHttpClient({ caCerts: [AUTHORITY] });
  const get = (path: string, init: RequestInit = {}) =>
    fetch(`https://localhost:${listener.port}${path}`, {
      ...init,
      headers: { "accept-encoding": "identity", ...init.headers },
      client,
    });
  const media = ["video/init.mp4", "video/0.m4s", "text/all.vtt"];
  for (
    const path of [
      "/film.json/.mpd",
      "/large.bin",
      ...media.map((m) => `/film.json/${version}/${m}`),
    ]
  ) {
    await t.step(`${path}`, async () => {
      const [remote, local] = [await get(path), await server.request(`GET ${path}`)];
      assertEquals(remote.status, 200);
      for (const name of ["content-type", "etag", "content-length", "cache-control", "vary"]) {
        assertEquals(remote.headers.get(name), local.headers.get(name));
      }
      assertEquals(await remote.bytes(), await local.bytes());
    });
  }
  await t.step("ranges, HEAD, errors, methods", async () => {
    const part = await get("/video.mp4", { headers: { range: "bytes=4-7" } });
    assertEquals([part.status, await part.text()], [206, "ftyp"]);
    const head = await get("/large.bin", { method: "HEAD" });
    assertEquals([head.status, head.headers.get("content-length")], [200, "9437184"]);
    const none = await get("/none.json/.mpd");
    assertEquals([none.status, none.headers.get("ams-error")], [404, "NOT_FOUND"]);
    assertStringIncludes(await none.text(), "Cannot find 'none.json'");
    const rejected = await get("/film.json/.mpd", { method: "POST", body: "x" });
    assertEquals(rejected.status, 405);
    await rejected.body?.cancel();
  });
  await t.step("a client that disconnects", async () => {
    const large = await get("/large.bin");
    await large.body!.cancel();
    await listener.requests.at(-1)!.completed;
  });
});

Deno.test("listen() passes on the raw path over TLS", async () => {
  using server = testApp();
  await using listener = await start(server, CERTIFICATE);
  for (
    const [target, status] of [["/x/../video.mp4", 400], ["/%2e%2e/x", 400], ["/a\\..\\b", 400], [
      "/film.json/.mpd",
      200,
    ]]
  ) {
    using connection = await Deno.connectTls({
      hostname: "localhost",
      port: listener.port,
      caCerts: [AUTHORITY],
    });
    await connection.write(new TextEncoder().encode(request(target as string)));
    const start = new Uint8Array(64);
    await connection.read(start);
    assertMatch(new TextDecoder().decode(start), new RegExp(`^HTTP/1.1 ${status} `));
  }
});
