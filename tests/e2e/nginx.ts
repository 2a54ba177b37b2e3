/** Runs nginx with the configuration of deploy/ in front of servers of a test. */

import { fromFileUrl, join } from "@std/path";
import { freePort } from "../free_port.ts";

export const DEPLOY = fromFileUrl(new URL("../../deploy/", import.meta.url));

const MAIN = "nginx.conf";

/** Maximum time until nginx listens. */
const MAX_START_MS = 20_000;

/** A free port can be taken in the meantime. */
const TRIES = 5;

/** A running nginx: `await using` stops it. */
export interface Nginx extends AsyncDisposable {
  /** Without a trailing slash. */
  readonly url: string;
  /** URL with TLS, without a trailing slash; "" without a certificate. */
  readonly secureUrl: string;
  /** Content of its access log. */
  log(): Promise<string>;
}

export interface NginxOptions {
  /** URLs that replace the two servers of deploy/upstream.conf. */
  readonly servers: readonly [first: string, second: string];
  /** Makes the second server a `backup`, as docs/scale.md says of an earlier version of ams. */
  readonly hasEarlierVersion?: boolean;
  /** PEM files. */
  readonly tls?: { readonly certificate: string; readonly key: string };
  /** Includes deploy/ams_auth.conf. */
  readonly checksTokens?: boolean;
  /** Includes deploy/shard_cache.conf, for an nginx of startShardingNginx() in front. */
  readonly isSharded?: boolean;
}

/**
 * Starts nginx with deploy/nginx.conf and its includes, with other addresses and directories.
 *
 * @throws Error with its output when it ends, or does not listen in time
 */
export function startNginx(setup: NginxOptions): Promise<Nginx> {
  return run(
    (directory, ports) => writeConfiguration(directory, setup, ports),
    ({ secure }) => setup.tls ? `https://localhost:${secure}` : "",
  );
}

/**
 * Starts nginx with deploy/shard.conf in front of a row of caches.
 *
 * @param caches URLs that replace the three of deploy/shard_upstream.conf
 */
export function startShardingNginx(caches: readonly [string, string, string]): Promise<Nginx> {
  return run(async (directory, ports) => {
    await writeMainFile(directory, "shard.conf", ports);
    const addresses = caches.map((url, i) => [`10.0.0.2${i + 1}:80`, new URL(url).host]);
    await writeFile(directory, "shard_upstream.conf", Object.fromEntries(addresses));
  }, () => "");
}

/**
 * Starts nginx as an origin of files.
 *
 * @param root which everybody may read
 * @param directives of its server, such as `gzip on;`
 */
export function startStaticNginx(root: string, directives = ""): Promise<Nginx> {
  return run(async (directory, { plain }) => {
    const text = `pid ${directory}/nginx.pid; error_log ${directory}/error.log; events {}
      http {
        access_log ${directory}/access.log; ${formatTemporaryPaths(directory)}
        server { listen 127.0.0.1:${plain}; root ${root}; ${directives} }
      }`;
    await Deno.writeTextFile(join(directory, MAIN), text);
  }, () => "");
}

function formatTemporaryPaths(directory: string): string {
  return ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((name) => `${name}_temp_path ${directory}/${name};`).join(" ");
}

async function run(
  write: (directory: string, ports: Ports) => Promise<void>,
  toSecureUrl: (ports: Ports) => string,
): Promise<Nginx> {
  for (let left = TRIES;; left--) {
    const directory = await Deno.makeTempDir({ prefix: "ams-nginx-" });
    const ports = { plain: freePort(), secure: freePort(), inner: freePort() };
    await Deno.chmod(directory, 0o755); // its workers run as another user
    for await (const { name } of Deno.readDir(DEPLOY)) {
      if (/^ams_.*\.conf$/.test(name)) {
        await Deno.symlink(join(DEPLOY, name), join(directory, name));
      }
    }
    await write(directory, ports);
    const process = new Deno.Command("nginx", {
      env: { PATH: `${Deno.env.get("PATH")}:/usr/sbin` }, // its directory in Debian
      args: ["-c", join(directory, MAIN), "-g", "daemon off;"],
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).spawn();
    const output = new Response(process.stderr).text();
    const stop = async () => {
      await stopProcess(process);
      await output;
      await Deno.remove(directory, { recursive: true });
    };
    if (await waitUntilListening(ports.plain, process)) {
      return {
        url: `http://127.0.0.1:${ports.plain}`,
        secureUrl: toSecureUrl(ports),
        log: () => Deno.readTextFile(join(directory, "access.log")),
        [Symbol.asyncDispose]: stop,
      };
    }
    await stop();
    if (left === 1 || !/Address already in use/.test(await output)) {
      throw new Error(`Cannot start nginx: ${await output}`);
    }
  }
}

interface Ports {
  readonly plain: number;
  readonly secure: number;
  /** Port for requests to itself. */
  readonly inner: number;
}

async function writeConfiguration(
  directory: string,
  setup: NginxOptions,
  ports: Ports,
): Promise<void> {
  await writeMainFile(directory, MAIN, ports, {
    "/var/cache/nginx/ams": `${directory}/cache`,
    "listen 127.0.0.1:8079;": `listen 127.0.0.1:${ports.inner};`,
    ...(setup.tls && { "# include tls.conf;": "include tls.conf;" }),
    ...(setup.checksTokens && { "# include ams_auth.conf;": "include ams_auth.conf;" }),
    ...(setup.isSharded && { "# include shard_cache.conf;": "include shard_cache.conf;" }),
  });
  await writeFile(directory, "shard_cache.conf", { "10.0.0.0/8": "127.0.0.0/8" });
  await writeFile(directory, "upstream.conf", {
    "127.0.0.1:8080": new URL(setup.servers[0]).host,
    ...(setup.hasEarlierVersion && {
      "127.0.0.1:8081 max_fails=3 fail_timeout=5s":
        "127.0.0.1:8081 max_fails=3 fail_timeout=5s backup",
      "127.0.0.1:8081 max_fails=0": "127.0.0.1:8081 max_fails=0 backup",
    }),
    "127.0.0.1:8081": new URL(setup.servers[1]).host,
    "127.0.0.1:8079": `127.0.0.1:${ports.inner}`,
  });
  if (!setup.tls) return;
  await writeFile(directory, "tls.conf", {
    "listen 443 ": `listen 127.0.0.1:${ports.secure} `,
    "/etc/ssl/ams/certificate.pem": setup.tls.certificate,
    "/etc/ssl/ams/key.pem": setup.tls.key,
  });
}

/** Writes a configuration of the main context as nginx.conf, with other paths and ports. */
async function writeMainFile(
  directory: string,
  name: string,
  ports: Ports,
  values: Record<string, string> = {},
): Promise<void> {
  await writeFile(directory, name, {
    "http {": `http { ${formatTemporaryPaths(directory)}`,
    "/run/nginx.pid": `${directory}/nginx.pid`,
    "/var/log/nginx/error.log": `${directory}/error.log`,
    "/var/log/nginx/access.log": `${directory}/access.log`,
    "listen 80 ": `listen 127.0.0.1:${ports.plain} `,
    ...values,
  });
  if (name !== MAIN) await Deno.rename(join(directory, name), join(directory, MAIN));
}

/**
 * Writes a file of deploy/ with some values replaced.
 *
 * @throws Error when a value to replace is missing
 */
async function writeFile(
  directory: string,
  name: string,
  values: Record<string, string>,
): Promise<void> {
  let text = await Deno.readTextFile(join(DEPLOY, name));
  for (const [original, value] of Object.entries(values)) {
    const parts = text.split(original);
    if (parts.length < 2) throw new Error(`Cannot find '${original}' in deploy/${name}`);
    text = parts.join(value);
  }
  await Deno.writeTextFile(join(directory, name), text);
}

/** Waits until the port accepts connections; false when the process ends, or after a timeout. */
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
