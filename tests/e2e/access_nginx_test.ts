/** The restrictions by nginx that docs/access.md shows. */

import { assertEquals } from "@std/assert";
import { createHash } from "node:crypto";
import { join } from "@std/path";
import { codeBlocks, documentText } from "../documents.ts";
import { freePort } from "../free_port.ts";
import { startServer } from "./test_server.ts";
import { eventually } from "./page_driver.ts";

const EXAMPLES = codeBlocks(documentText("docs/access.md"))
  .filter(({ language }) => language === "nginx").map(({ text }) => text);

/** Starts nginx with the block that contains a word, in front of a server of the test. */
async function startExample(
  word: string,
  upstream: string,
  [replaced, replacement]: readonly [string, string] = ["", ""],
) {
  const [example, ...others] = EXAMPLES.filter((text) => text.includes(word));
  assertEquals(others, []);
  const directory = await Deno.makeTempDir({ prefix: "ams-nginx-" });
  const port = freePort();
  const temp = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((name) => `${name}_temp_path ${join(directory, name)};`).join("\n");
  const text = example!.replace(replaced, replacement).replaceAll(
    "listen 80;",
    `listen 127.0.0.1:${port};`,
  );
  await Deno.writeTextFile(
    join(directory, "nginx.conf"),
    `pid ${join(directory, "pid")};
error_log stderr;
events {}
http {
access_log off;
${temp}
upstream ams { server ${new URL(upstream).host}; }
${text}
}
`,
  );
  const process = new Deno.Command("nginx", {
    env: { PATH: `${Deno.env.get("PATH")}:/usr/sbin` }, // its directory in Debian
    args: ["-c", join(directory, "nginx.conf"), "-g", "daemon off;"],
    stdout: "null",
    stderr: "null",
  }).spawn();
  const url = `http://127.0.0.1:${port}`;
  await eventually(async () => {
    try {
      await (await fetch(url)).body?.cancel();
      return true;
    } catch {
      return false; // it does not listen yet
    }
  }, Boolean);
  return {
    async getStatus(path: string, headers: Record<string, string> = {}): Promise<number> {
      const response = await fetch(url + path, { headers });
      await response.body?.cancel();
      return response.status;
    },
    async [Symbol.asyncDispose]() {
      process.kill("SIGTERM");
      await process.status;
      await Deno.remove(directory, { recursive: true });
    },
  };
}

Deno.test("nginx restricts networks as docs/access.md shows", async () => {
  await using server = startServer(() => new Response("x"));
  const [allowed, other] = ["127.0.0.1/32", "198.51.100.1/32"];
  await using open = await startExample("geo $blocked", server.url);
  assertEquals(await open.getStatus("/a"), 200);
  await using closed = await startExample("geo $blocked", server.url, [allowed, other]);
  assertEquals(await closed.getStatus("/a"), 403);
});

Deno.test("nginx restricts referrers as docs/access.md shows", async () => {
  await using server = startServer(() => new Response("x"));
  await using nginx = await startExample("valid_referers", server.url);
  const referrers = {
    "https://example.com/": 200,
    "https://www.example.com:8443/a": 200,
    "https://example.com.evil.example/": 403,
    "https://evil.example/?https://example.com/": 403,
  };
  assertEquals(await nginx.getStatus("/a"), 200);
  for (const [referer, status] of Object.entries(referrers)) {
    assertEquals(await nginx.getStatus("/a", { referer }), status, referer);
  }
});

Deno.test("nginx limits the requests of a token as docs/access.md shows", async () => {
  const { promise, resolve } = Promise.withResolvers<Response>();
  await using server = startServer(({ url }) =>
    url.includes("slow") ? promise.then((response) => response.clone()) : new Response("x")
  );
  await using nginx = await startExample("limit_conn_zone", server.url);
  const slow = Array.from({ length: 6 }, (_, i) => nginx.getStatus(`/.t/one/slow${i}`));
  await eventually(() => Promise.resolve(server.count()), (count) => count >= 7); // with that of the start
  assertEquals(await nginx.getStatus("/.t/one/a"), 429);
  assertEquals(await nginx.getStatus("/.t/two/a"), 200);
  assertEquals(await nginx.getStatus("/a"), 200);
  resolve(new Response("x"));
  assertEquals(await Promise.all(slow), Array(6).fill(200));
  assertEquals(await nginx.getStatus("/.t/one/a"), 200);
});

Deno.test("nginx checks secure_link as docs/access.md shows", async () => {
  const paths: string[] = [];
  await using server = startServer(({ url }) => {
    paths.push(new URL(url).pathname);
    return new Response("x");
  });
  await using nginx = await startExample("secure_link_md5", server.url);
  paths.length = 0;
  const sign = (asset: string, end: number) =>
    `/s/${createHash("md5").update(`${end}${asset} secret`).digest("base64url")}/${end}`;
  const [asset, end] = ["/films/a b.json", Math.floor(Date.now() / 1000) + 60];
  const signed = sign(asset, end);
  const rest = "/films/a%20b.json/v1/video/0.m4s";
  assertEquals(await nginx.getStatus(signed + rest), 200);
  assertEquals(await nginx.getStatus(`${signed}/films/b.json/.mpd`), 403);
  assertEquals(await nginx.getStatus(`${sign(asset, 1)}${rest}`), 410);
  assertEquals(await nginx.getStatus(rest), 404);
  assertEquals(paths, [rest]);
});

Deno.test("nginx accepts a CDN alone as docs/access.md shows", async () => {
  await using server = startServer(() => new Response("x"));
  await using nginx = await startExample("http_x_origin_secret", server.url);
  assertEquals(await nginx.getStatus("/a"), 403);
  assertEquals(await nginx.getStatus("/a", { "x-origin-secret": "secret" }), 200);
});
