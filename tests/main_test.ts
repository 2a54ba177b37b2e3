import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import config from "../deno.json" with { type: "json" };
import { command, PEM, REPOSITORY, start } from "./ams_process.ts";
import { type TestApp, testApp } from "./server/fixture.ts";

/** Runs the command to its end. */
function run(cwd: string, ...args: string[]) {
  return runIn(cwd, {}, ...args);
}

async function runIn(cwd: string, env: Record<string, string>, ...args: string[]) {
  const { code, stdout, stderr } = await command(cwd, args, env).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  const warnings = text(stderr).split("\n").filter((line) => line && !line.startsWith("Warning "));
  return { code, out: text(stdout), warnings };
}

Deno.test("ams serves, logs, and exits with 0 after SIGTERM", async () => {
  using app = testApp();
  const server = await start(app, "--workers", "2");
  const manifest = await fetch(`${server.url}/film.json/.mpd`);
  assertEquals(manifest.headers.get("content-type"), "application/dash+xml");
  assertStringIncludes(await manifest.text(), "<MPD");
  const absent = await fetch(`${server.url}/none.json/.mpd`);
  await absent.body?.cancel();
  server.child.kill("SIGTERM");
  const { code, out } = await server.end();
  assertEquals(code, 0);
  assertMatch(out, /^\S+Z GET \/film\.json\/\.mpd 200 \d+ [\d.]+ms 127\.0\.0\.1$/m);
  assertMatch(
    out,
    /^\S+Z GET \/none\.json\/\.mpd 404 \d+ [\d.]+ms 127\.0\.0\.1 NOT_FOUND "Cannot find 'none.json'"$/m,
  );
});

Deno.test("ams serves a directory that is its argument", async () => {
  using app = testApp();
  const server = await start({ root: app.outside }, app.root, "--workers", "1");
  const { status, body } = await fetch(`${server.url}/film.json/.mpd`);
  await body?.cancel();
  server.child.kill("SIGTERM");
  await server.end();
  assertEquals(status, 200);
});

Deno.test("ams --packages-only serves packages, and no files", async () => {
  using app = testApp();
  const server = await start(app, "--workers", "1", "--packages-only");
  const statuses: number[] = [];
  for (const path of ["film.json/.mpd", "video.mp4", "video.mp4/.mpd", "text.vtt"]) {
    const { status, body } = await fetch(`${server.url}/${path}`);
    await body?.cancel();
    statuses.push(status);
  }
  server.child.kill("SIGTERM");
  await server.end();
  assertEquals(statuses, [200, 404, 404, 404]);
});

Deno.test("ams logs a warning of a plain file once, whichever worker opens it", async () => {
  using app = testApp();
  const file = "pair-avc-unknown.mp4";
  Deno.copyFileSync(join(REPOSITORY, "testdata", file), join(app.root, file));
  const server = await start(app, "--workers", "2");
  for (let i = 0; i < 12; i++) {
    using client = Deno.createHttpClient({ poolMaxIdlePerHost: 0 }); // a connection for each request
    await (await fetch(`${server.url}/${file}/.mpd`, { client })).body?.cancel();
  }
  server.child.kill("SIGTERM");
  const lines = (await server.end()).out.split("\n");
  const warnings = lines.filter((line) => line.includes("track 2 is left out"));
  assertEquals(warnings.length, 1);
  assertMatch(warnings[0]!, /^\S+Z pair-avc-unknown\.mp4: track 2 is left out: AMS does not know/);
});

Deno.test("ams logs JSON", async () => {
  using app = testApp();
  const server = await start(app, "--workers", "1", "--log", "json");
  await (await fetch(`${server.url}/film.json/.mpd`)).body?.cancel();
  server.child.kill("SIGINT");
  const { code, out } = await server.end();
  assertEquals(code, 0);
  const lines = out.trim().split("\n").map((line) => JSON.parse(line));
  const request = lines.find(({ method }) => method);
  assertEquals([request.method, request.path, request.status], ["GET", "/film.json/.mpd", 200]);
  assertStringIncludes(lines[0].message, `Serving ${app.root} at ${server.url}/`);
});

Deno.test("ams serves TLS", async () => {
  using app = testApp();
  const [cert, key] = [join(PEM, "cert.pem"), join(PEM, "key.pem")];
  const server = await start(app, "--cert", cert, "--key", key);
  using client = Deno.createHttpClient({ caCerts: [Deno.readTextFileSync(join(PEM, "ca.pem"))] });
  const response = await fetch(`https://localhost:${server.port}/film.json/.mpd`, { client });
  assertStringIncludes(await response.text(), "<MPD");
  client.close();
  server.child.kill("SIGTERM");
  assertEquals((await server.end()).code, 0);
});

/** Requests more than all buffers hold, and does not read it. */
async function stall(app: TestApp, port: number): Promise<Deno.Conn> {
  const large = Deno.createSync(join(app.root, "large.bin"));
  large.truncateSync(512 * 2 ** 20);
  large.close();
  const connection = await Deno.connect({ hostname: "127.0.0.1", port });
  await connection.write(new TextEncoder().encode("GET /large.bin HTTP/1.1\r\nHost: a\r\n\r\n"));
  await connection.read(new Uint8Array(1024));
  return connection;
}

Deno.test("ams waits for stalled clients for at most --grace seconds", async () => {
  using app = testApp();
  const server = await start(app, "--workers", "1", "--grace", "0");
  using _stalled = await stall(app, server.port);
  server.child.kill("SIGTERM");
  assertEquals((await server.end()).code, 0);
});

Deno.test("ams exits at once after the second signal", async () => {
  using app = testApp();
  const server = await start(app, "--workers", "1", "--grace", "3600");
  using _stalled = await stall(app, server.port);
  server.child.kill("SIGTERM");
  await server.until(/ Stopping: responses in progress have 3600 seconds\n/);
  server.child.kill("SIGTERM");
  assertEquals((await server.end()).code, 1);
});

/** More than the buffers of a pipe and of the test hold. */
const UNREAD_LINES = 1000;

Deno.test("ams serves and stops while standard output is not read", async () => {
  using app = testApp();
  const server = await start(app, "--workers", "1");
  for (let i = 0; i < UNREAD_LINES; i++) {
    await (await fetch(`${server.url}/${"a".repeat(2000)}`)).body?.cancel();
  }
  server.child.kill("SIGTERM");
  const timer = setTimeout(() => server.child.kill("SIGKILL"), 30_000); // the test fails instead of hanging
  assertEquals((await server.child.status).code, 0);
  clearTimeout(timer);
  const { out, errors } = await server.end();
  assert(out.length < 2000 * UNREAD_LINES, `${out.length} characters were buffered`);
  assert(!/Cannot|panic/.test(await errors));
});

Deno.test("ams rejects a port in use", async () => {
  using app = testApp();
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const port = `${taken.addr.port}`;
  const { code, out, warnings } = await run(app.root, "--host", "127.0.0.1", "-p", port);
  assertEquals([code, out], [1, ""]);
  assertEquals(warnings, [`ams: Cannot listen on 127.0.0.1:${port}: the port is in use`]);
});

const failures: [args: string[], code: number, message: string][] = [
  [["--nonsense"], 2, 'ams: Cannot use "--nonsense": unknown'],
  [["-p", "x"], 2, 'ams: Cannot use -p "x": '],
  [["-d", "nowhere"], 1, "ams: Cannot serve 'nowhere': no such file or directory"],
  [["-d", "no\x1b[2J\nwhere"], 1, "ams: Cannot serve 'no?[2J?where': no such file or directory"],
  [["-d", "video.mp4"], 1, "ams: Cannot serve 'video.mp4': not a directory"],
  [["--cert", "none.pem", "--key", "none.pem"], 1, "ams: Cannot read 'none.pem': no such file"],
  [
    ["-p", "0", "--cert", "film.json", "--key", "film.json"],
    1,
    "ams: Cannot use --cert 'film.json': it contains no certificate",
  ],
  [
    ["--host", "192.0.2.1"],
    1,
    "ams: Cannot listen on 192.0.2.1:8080: the address is not available, only ",
  ],
  [
    ["--host", "foo.invalid"],
    1,
    "ams: Cannot listen on foo.invalid:8080: the host name does not resolve",
  ],
];

for (const [args, code, message] of failures) {
  Deno.test(`ams ${args.join(" ")} exits with ${code} and one line`, async () => {
    using app = testApp();
    const result = await run(app.root, ...args);
    assertEquals([result.code, result.out, result.warnings.length], [code, "", 1]);
    assertStringIncludes(result.warnings[0]!, message);
  });
}

Deno.test("ams reads its configuration from the environment and a file", async () => {
  using app = testApp();
  Deno.writeTextFileSync(join(app.root, "ams.json"), '{"port": 81, "grace": 5, "key": "key.pem"}');
  const env = { AMS_CONFIG: "ams.json", AMS_CERT: "cert.pem", AMS_PORT: "82" };
  const { code, out, warnings } = await runIn(app.root, env, "--host", "::1", "--print-config");
  assertEquals([code, warnings], [0, []]);
  const lines = out.split("\n").map((line) => line.split(/ {2,}/));
  assertEquals(lines.filter(([name]) => /^(port|host|grace|cert|key|log)$/.test(name!)), [
    ["port", "82", "AMS_PORT"],
    ["host", "::1", "--host"],
    ["cert", "cert.pem", "AMS_CERT"],
    ["key", "key.pem", "ams.json"],
    ["log", "text", "default"],
    ["grace", "5", "ams.json"],
  ]);
});

const invalid: [env: Record<string, string>, code: number, message: string][] = [
  [{ AMS_PORT: "x" }, 2, 'ams: Cannot use AMS_PORT "x": expected a number from 0 to 65535'],
  [{ AMS_CONFIG: "none.json" }, 1, "ams: Cannot read 'none.json': no such file or directory"],
  [{ AMS_CONFIG: "film.json" }, 2, 'ams: film.json: Cannot use "ams": unknown key'],
];

Deno.test("ams --auth does not start while Deno exports traces", async () => {
  using app = testApp();
  const keys = { a: { hmac: "00".repeat(32) } };
  const policies = [{ path: "/", tokens: ["akamai"], keys: ["a"] }];
  Deno.writeTextFileSync(join(app.root, "auth.json"), JSON.stringify({ keys, policies }));
  const traced = { OTEL_DENO: "true", OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:9" };
  const check = ["check", "--no-files"];
  for (const command of [[], check]) {
    const refused = await runIn(app.root, traced, ...command, "--auth", "auth.json");
    assertEquals([refused.code, refused.out], [2, ""]);
    assertStringIncludes(refused.warnings.join("\n"), "set OTEL_TRACES_SAMPLER=always_off");
  }
  const untraced = { ...traced, OTEL_TRACES_SAMPLER: "always_off" };
  assertEquals((await runIn(app.root, untraced, ...check, "--auth", "auth.json")).code, 0);
  assertEquals((await runIn(app.root, traced, ...check)).code, 0);
});

for (const [env, code, message] of invalid) {
  Deno.test(`ams with ${JSON.stringify(env)} exits with ${code} and one line`, async () => {
    using app = testApp();
    const result = await runIn(app.root, env);
    assertEquals([result.code, result.out, result.warnings], [code, "", [message]]);
  });
}

Deno.test("ams check exits with 1 if a file cannot be served", async () => {
  using app = testApp();
  assertEquals((await run(app.root, "check")).code, 0);
  Deno.writeTextFileSync(join(app.root, "broken.mp4"), "x");
  const { code, out, warnings } = await run(app.root, "check");
  assertEquals([code, warnings], [1, []]);
  assertStringIncludes(out, "broken.mp4: Cannot find a moov box: this is not an MP4 file\n");
  assertEquals((await run(app.root, "check", "--no-files")).code, 0);
  assertEquals((await run(app.root, "check", "-p", "x")).code, 2);
});

Deno.test("ams prints its help and its version", async () => {
  using app = testApp();
  const help = await run(app.root, "--help");
  assertEquals([help.code, help.warnings], [0, []]);
  assert(help.out.startsWith("ams: "));
  assertEquals((await run(app.root, "--version")).out, `ams ${config.version}\n`);
});
