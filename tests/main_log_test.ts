import { assertEquals, assertMatch } from "@std/assert";
import { command, start } from "./ams_process.ts";
import { eventually } from "./eventually.ts";
import { freePort } from "./free_port.ts";
import { testApp } from "./server/fixture.ts";

Deno.test("ams logs clients behind a proxy, and the requests of all workers in order of time", async () => {
  using app = testApp();
  const server = await start(
    app,
    ...["--workers", "2", "--log", "json", "--trust-proxy", "10.0.0.0/8,127.0.0.1"],
  );
  const count = 120; // a pipe holds 64 KB, and nothing reads it before the end
  for (let i = 0; i < count; i += 10) { // connections of their own, so that both workers get some
    await Promise.all(Array.from({ length: 10 }, async (_, j) => {
      using client = Deno.createHttpClient({ poolMaxIdlePerHost: 0 });
      const headers = {
        "x-forwarded-for": "203.0.113.9, 192.0.2.7",
        "x-request-id": `id-${i + j}`,
      };
      const url = `${server.url}/film.json/.mpd?CMCD=su`;
      const response = await fetch(url, { client, headers });
      await response.body?.cancel();
      assertEquals(response.headers.has("x-request-id"), false); // it may be cached
    }));
  }
  const init = { method: "OPTIONS", headers: { "x-request-id": "id-options" } };
  const { headers } = await fetch(server.url, init);
  assertEquals(headers.get("x-request-id"), "id-options");
  server.child.kill("SIGTERM");
  const { code, out } = await server.end();
  assertEquals(code, 0);
  const lines = out.trim().split("\n").map((line) => JSON.parse(line));
  const times = lines.map(({ time }) => time);
  assertEquals(times, times.toSorted());
  const requests = lines.filter(({ method }) => method === "GET");
  assertEquals(new Set(requests.map(({ id }) => id)).size, count);
  for (const { client, protocol, kind, cmcd } of requests) {
    const fields = [client, protocol, kind, cmcd];
    assertEquals(fields, ["192.0.2.7", "dash", "manifest", { su: true }]);
  }
});

Deno.test("ams --log none writes only on standard error why it stops", async () => {
  using app = testApp();
  const port = freePort();
  const args = ["--host", "127.0.0.1", "-p", `${port}`, "--workers", "1", "--log", "none"];
  const child = command(app.root, args).spawn();
  const output = [child.stdout, child.stderr].map((stream) => new Response(stream).text());
  const request = () =>
    fetch(`http://127.0.0.1:${port}/none`).then(({ status }) => status, () => 0);
  await eventually(async () => await request() === 404, "ams responds");
  child.kill("SIGTERM");
  const [stdout, stderr] = await Promise.all(output) as [string, string];
  assertEquals([(await child.status).code, stdout], [0, ""]);
  assertMatch(stderr, /^ams: Stopping: responses in progress have 10 seconds$/m);
});
