/** nginx with the configuration of deploy/, in front of servers of a test's own. */

import { fromFileUrl, join } from "@std/path";
import { freePort } from "../free_port.ts";

export const DEPLOY = fromFileUrl(new URL("../../deploy/", import.meta.url));

/** A start that takes longer has failed. In milliseconds. */
const MAX_START_MS = 20_000;

/** A port that was free a moment ago is taken now and then. */
const TRIES = 5;

/** A running nginx: `await using` stops it. */
export interface Nginx extends AsyncDisposable {
  /** Without a slash at the end. */
  readonly url: string;
  /** Where it has TLS; "" where no certificate was given. Without a slash at the end. */
  readonly secureUrl: string;
  /** What its access log says so far. */
  log(): Promise<string>;
}

export interface NginxOptions {
  /** What stands in for the two servers of deploy/upstream.conf: URLs of servers. */
  readonly servers: readonly [first: string, second: string];
  /** Files in PEM. */
  readonly tls?: { readonly certificate: string; readonly key: string };
}

/**
 * Starts nginx with deploy/nginx.conf and what that includes, but for addresses and folders.
 *
 * @throws Error with what it says, when it ends, or does not listen in time
 */
export async function startNginx(setup: NginxOptions): Promise<Nginx> {
  for (let left = TRIES;; left--) {
    const folder = await Deno.makeTempDir({ prefix: "ams-nginx-" });
    const ports = { plain: freePort(), secure: freePort(), inner: freePort() };
    await writeConfiguration(folder, setup, ports);
    const process = new Deno.Command("nginx", {
      env: { PATH: `${Deno.env.get("PATH")}:/usr/sbin` }, // where Debian has it
      args: ["-c", join(folder, "nginx.conf"), "-g", "daemon off;"],
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).spawn();
    const said = new Response(process.stderr).text();
    const stop = async () => {
      await stopProcess(process);
      await said;
      await Deno.remove(folder, { recursive: true });
    };
    if (await waitUntilListening(ports.plain, process)) {
      return createNginx(folder, ports, { setup, stop });
    }
    await stop();
    if (left === 1 || !/Address already in use/.test(await said)) {
      throw new Error(`Cannot start nginx: ${await said}`);
    }
  }
}

interface Ports {
  readonly plain: number;
  readonly secure: number;
  /** Where it asks itself. */
  readonly inner: number;
}

function createNginx(
  folder: string,
  { plain, secure }: Ports,
  { setup, stop }: { setup: NginxOptions; stop: () => Promise<void> },
): Nginx {
  return {
    url: `http://127.0.0.1:${plain}`,
    secureUrl: setup.tls ? `https://localhost:${secure}` : "",
    log: () => Deno.readTextFile(join(folder, "access.log")),
    [Symbol.asyncDispose]: stop,
  };
}

async function writeConfiguration(
  folder: string,
  setup: NginxOptions,
  ports: Ports,
): Promise<void> {
  await Deno.chmod(folder, 0o755); // its workers are another user
  for await (const { name } of Deno.readDir(DEPLOY)) {
    if (/^ams_.*\.conf$/.test(name)) await Deno.symlink(join(DEPLOY, name), join(folder, name));
  }
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((name) => `${name}_temp_path ${folder}/${name};`).join(" ");
  await writeFile(folder, "nginx.conf", {
    "http {": `http { ${temporary}`,
    "/run/nginx.pid": `${folder}/nginx.pid`,
    "/var/log/nginx/error.log": `${folder}/error.log`,
    "/var/log/nginx/access.log": `${folder}/access.log`,
    "/var/cache/nginx/ams": `${folder}/cache`,
    "listen 80 ": `listen 127.0.0.1:${ports.plain} `,
    "listen 127.0.0.1:8079;": `listen 127.0.0.1:${ports.inner};`,
    ...(setup.tls && { "# include tls.conf;": "include tls.conf;" }),
  });
  await writeFile(folder, "upstream.conf", {
    "127.0.0.1:8080": new URL(setup.servers[0]).host,
    "127.0.0.1:8081": new URL(setup.servers[1]).host,
    "127.0.0.1:8079": `127.0.0.1:${ports.inner}`,
  });
  if (!setup.tls) return;
  await writeFile(folder, "tls.conf", {
    "listen 443 ": `listen 127.0.0.1:${ports.secure} `,
    "/etc/ssl/ams/certificate.pem": setup.tls.certificate,
    "/etc/ssl/ams/key.pem": setup.tls.key,
  });
}

/**
 * A file of deploy/ with a few values in the place of its own.
 *
 * @throws Error when one of those is not there
 */
async function writeFile(
  folder: string,
  name: string,
  values: Record<string, string>,
): Promise<void> {
  let text = await Deno.readTextFile(join(DEPLOY, name));
  for (const [own, value] of Object.entries(values)) {
    const parts = text.split(own);
    if (parts.length < 2) throw new Error(`Cannot find '${own}' in deploy/${name}`);
    text = parts.join(value);
  }
  await Deno.writeTextFile(join(folder, name), text);
}

/** Waits until somebody listens; false when the process ends, or time passes. */
async function waitUntilListening(port: number, process: Deno.ChildProcess): Promise<boolean> {
  let ended = false;
  process.status.then(() => ended = true);
  const deadline = Date.now() + MAX_START_MS;
  while (!ended && Date.now() < deadline) {
    try {
      (await Deno.connect({ hostname: "127.0.0.1", port })).close();
      return !ended;
    } catch (error) {
      if (!(error instanceof Deno.errors.ConnectionRefused)) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
  return false;
}

async function stopProcess(process: Deno.ChildProcess): Promise<void> {
  try {
    process.kill("SIGTERM");
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof Deno.errors.NotFound)) throw error; // it has ended
  }
  await process.status;
}
