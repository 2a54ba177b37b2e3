/** How `ams` starts: on all addresses, on a Unix domain socket, and without the rights that it needs. */

import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { join } from "@std/path";
import { freePort } from "../free_port.ts";
import { collectText, getCommandLine, TESTDATA } from "./ams.ts";
import { createTemporaryDirectory } from "./temporary_directory.ts";

const FILE = "ladder-avc-240p.mp4";
const MAX_START_MS = 60_000;
const PEM = join(TESTDATA, "../tests/http/tls");

/** Runs the superuser without its capabilities, as any other user. */
const UNPRIVILEGED = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"];

function createRoot() {
  const directory = createTemporaryDirectory();
  Deno.copyFileSync(join(TESTDATA, FILE), join(directory.path, FILE));
  return directory;
}

function createCommand(args: readonly string[], prefix: readonly string[] = []): Deno.Command {
  const [command, ...rest] = [...prefix, ...getCommandLine("ams"), ...args];
  const env = { NO_COLOR: "1" };
  return new Deno.Command(command!, { args: rest, stdout: "piped", stderr: "piped", env });
}

/** Starts ams, and waits for its first line. */
async function start(...args: string[]) {
  const process = createCommand(args).spawn();
  const log = collectText(process.stdout, process.stderr);
  assert(await log.first(/Serving .*\n/, MAX_START_MS), log.text());
  const end = async (signal: Deno.Signal = "SIGTERM") => {
    process.kill(signal);
    await log.ended;
    return (await process.status).code;
  };
  return { log, end };
}

/** Returns the line with which ams ends. */
async function fail(args: readonly string[], prefix?: readonly string[]): Promise<string> {
  const { code, stderr } = await createCommand(args, prefix).output();
  assertEquals(code, 1);
  const lines = new TextDecoder().decode(stderr).trim().split("\n");
  return lines.filter((line) => !line.startsWith("Warning ")).join("\n");
}

async function curl(...args: string[]): Promise<string> {
  const { stdout } = await new Deno.Command("curl", {
    args: ["--silent", "--show-error", "--max-time", "30", ...args],
  }).output();
  return new TextDecoder().decode(stdout);
}

for (const tls of [false, true]) {
  Deno.test(`ams listens on IPv6 and IPv4${tls ? " with TLS" : ""}, and logs IPv4 clients as such`, async () => {
    using root = createRoot();
    const port = freePort();
    const files = ["--cert", join(PEM, "cert.pem"), "--key", join(PEM, "key.pem")];
    const ams = await start(root.path, "-p", `${port}`, ...tls ? files : []);
    const scheme = tls ? "https" : "http";
    for (const host of ["127.0.0.1", "[::1]"]) {
      const url = `${scheme}://${host}:${port}/${FILE}/.mpd`;
      assertStringIncludes(await curl("--insecure", url), "<MPD");
    }
    assertEquals(await ams.end(), 0);
    assertMatch(
      ams.log.text(),
      new RegExp(`Serving ${root.path} at ${scheme}://localhost:${port}/\n`),
    );
    assertMatch(ams.log.text(), / 200 \d+ [\d.]+ms 127\.0\.0\.1\n/);
    assertMatch(ams.log.text(), / 200 \d+ [\d.]+ms ::1\n/);
  });
}

Deno.test("ams serves on a socket, replaces one without a listener, and removes its own", async () => {
  using root = createRoot();
  using directory = createTemporaryDirectory();
  const path = join(directory.path, "ams.sock");
  const get = () => curl("--unix-socket", path, `http://localhost/${FILE}/.mpd`);
  const killed = await start(root.path, "--host", `unix:${path}`);
  assertStringIncludes(await get(), "<MPD");
  const { isSocket, mode } = Deno.lstatSync(path);
  assertEquals([isSocket, mode! & 0o777], [true, 0o660]);
  const used = `ams: Cannot listen on unix:${path}: another process listens on this socket`;
  assertEquals(await fail([root.path, "--host", `unix:${path}`]), used);
  await killed.end("SIGKILL");
  assertEquals(Deno.lstatSync(path).isSocket, true);
  const ams = await start(root.path, "--host", `unix:${path}`);
  assertStringIncludes(await get(), "<MPD");
  assertEquals(await ams.end(), 0);
  assertMatch(ams.log.text(), /GET \S+ 200 \d+ [\d.]+ms unix:\n/);
  assertEquals([...Deno.readDirSync(directory.path)], []);
});

Deno.test("ams replaces no socket whose process has yet to accept connections", async () => {
  using root = createRoot();
  using directory = createTemporaryDirectory();
  const path = join(directory.path, "busy.sock");
  using _listener = Deno.listen({ transport: "unix", path });
  const connections = await fillBacklog(path);
  const message = `ams: Cannot listen on unix:${path}: another process listens on this socket`;
  assertEquals(await fail([root.path, "--host", `unix:${path}`]), message);
  assertEquals(Deno.lstatSync(path).isSocket, true);
  for (const connection of connections) connection.close();
});

/** Connects until the system accepts no more connections. */
async function fillBacklog(path: string): Promise<Deno.UnixConn[]> {
  const connections: Deno.UnixConn[] = [];
  try {
    for (;;) connections.push(await Deno.connect({ transport: "unix", path }));
  } catch (error) {
    assertInstanceOf(error, Deno.errors.WouldBlock);
    return connections;
  }
}

Deno.test("ams replaces no file that is not a socket", async () => {
  using root = createRoot();
  const path = join(root.path, FILE);
  const message = `ams: Cannot listen on unix:${path}: the file is no socket`;
  assertEquals(await fail([root.path, "--host", `unix:${path}`]), message);
  assert(Deno.statSync(path).size > 0);
});

Deno.test("nginx reaches ams on a socket, and names clients that ams trusts", async () => {
  using root = createRoot();
  using directory = createTemporaryDirectory();
  const socket = join(directory.path, "ams.sock");
  const ams = await start(root.path, "--host", `unix:${socket}`, "--trust-proxy", "unix:");
  const port = freePort();
  const configuration = join(directory.path, "nginx.conf");
  Deno.writeTextFileSync(configuration, formatNginx(directory.path, { port, socket }));
  const nginx = new Deno.Command("nginx", {
    args: ["-c", configuration, "-p", directory.path, "-g", "daemon off;"],
    env: { PATH: `${Deno.env.get("PATH")}:/usr/sbin` },
    stderr: "null",
  }).spawn();
  const retry = ["--retry", "20", "--retry-delay", "1", "--retry-connrefused"];
  const forwarded = ["-H", "X-Forwarded-For: 198.51.100.1"];
  const url = `http://127.0.0.1:${port}/${FILE}/.mpd`;
  assertStringIncludes(await curl(...retry, ...forwarded, url), "<MPD");
  nginx.kill("SIGTERM");
  await nginx.status;
  assertEquals(await ams.end(), 0);
  assertMatch(ams.log.text(), /GET \S+ 200 \d+ [\d.]+ms 127\.0\.0\.1\n/);
});

function formatNginx(directory: string, { port, socket }: { port: number; socket: string }) {
  const paths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) =>
    `${name}_temp_path ${directory}/${name};`
  );
  return `user root;
pid ${directory}/nginx.pid;
events {}
http {
  access_log off;
  ${paths.join("\n  ")}
  upstream ams { server unix:${socket}; }
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://ams;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
    }
  }
}
`;
}

for (const mode of [0o000, 0o444, 0o111]) {
  Deno.test(`ams rejects a document root of mode ${mode.toString(8)} at once`, async () => {
    using root = createRoot();
    Deno.chmodSync(root.path, mode);
    const message = await fail([root.path, "-p", "0"], UNPRIVILEGED);
    Deno.chmodSync(root.path, 0o755);
    assertMatch(message, /^ams: Cannot serve '\S+': permission denied to user '[\w-]+', who must/);
  });
}

Deno.test("ams names what helps where a port needs a privilege", async () => {
  using root = createRoot();
  assertEquals(
    await fail([root.path, "--host", "127.0.0.1", "-p", "80"], UNPRIVILEGED),
    "ams: Cannot listen on 127.0.0.1:80: permission denied: ports below 1024 need CAP_NET_BIND_SERVICE, unlike others (-p 8080)",
  );
});
