/** nginx with the same bytes as files, under the same paths and with the same headers, tuned as its makers advise. */

import type { Kept } from "./responses.ts";
import { BODIES } from "./responses.ts";
import { childrenOf } from "./processor.ts";
import { onCore } from "./section.ts";
import type { Bench } from "./section.ts";
import { type Server, until } from "./servers.ts";
import { freePort } from "../free_port.ts";

export interface Configuration {
  /** For everything that nginx writes. */
  readonly folder: string;
  /** Of the files. */
  readonly root: string;
  readonly port: number;
  readonly kept: readonly Kept[];
  readonly certificate?: Certificate | undefined;
  /** Workers run as the user that starts nginx: as another one they could not read the files. */
  readonly asRoot: boolean;
}

/** Files in PEM. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** Those that nginx makes by itself from the file. */
const OF_THE_FILE = ["content-type", "accept-ranges"];

/**
 * One worker, on the core that it is given.
 *
 * @throws Error with its log, when it doesn't listen within a minute
 */
export async function startNginx(
  bench: Bench,
  { core, kept, certificate }: {
    readonly core: number;
    readonly kept: readonly Kept[];
    readonly certificate?: Certificate;
  },
): Promise<Server> {
  const { place, tools } = bench;
  const folder = await Deno.makeTempDir({ dir: place.folder, prefix: "nginx-" });
  const port = freePort();
  const file = `${folder}/nginx.conf`;
  const settings = { folder, root: place.path(BODIES), port, kept, certificate };
  await Deno.writeTextFile(file, configuration({ ...settings, asRoot: Deno.uid() === 0 }));
  const log = `${folder}/error.log`;
  const command = [tools.get("nginx")!, "-p", folder, "-e", log, "-c", file];
  const process = place.start(onCore(tools, core, command), { cwd: folder, log });
  let running = true;
  process.status.then(() => running = false);
  await until(async () => !running || await listens(port) && childrenOf(process.pid).length > 0);
  if (!running || !await listens(port)) {
    await place.stop(process);
    throw new Error(`Cannot start nginx: ${(await Deno.readTextFile(log)).trim()}`);
  }
  return {
    ...{ name: "nginx", origin: `http${certificate ? "s" : ""}://127.0.0.1:${port}`, port, log },
    pid: childrenOf(process.pid)[0]!,
    [Symbol.asyncDispose]: () => place.stop(process),
  };
}

/** @throws Error when a path or a header can't be said in it */
export function configuration(settings: Configuration): string {
  const { folder, root, port, kept, certificate, asRoot } = settings;
  return `daemon off;
${asRoot ? "user root;\n" : ""}worker_processes 1;
pid ${folder}/nginx.pid;
events { worker_connections 4096; }
http {
  access_log off;
  sendfile on;
  tcp_nopush on;
  tcp_nodelay on;
  etag off;
  server_tokens off;
  keepalive_requests 1000000000;
  keepalive_timeout 3600;
  open_file_cache max=10000 inactive=1h;
  open_file_cache_valid 1h;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  types { }
  server {
    listen 127.0.0.1:${port}${certificate ? " ssl" : ""} backlog=1024;
    root ${root};
${certificate ? tls(certificate) : ""}${kept.map(location).join("")}  }
}
`;
}

function tls({ cert, key }: Certificate): string {
  return `    ssl_certificate ${cert};
    ssl_certificate_key ${key};
    ssl_protocols TLSv1.2 TLSv1.3;
    ssl_session_cache shared:bench:10m;
`;
}

function location({ path, headers }: Kept): string {
  const type = headers.find(([name]) => name === "content-type")?.[1];
  const lines = [
    ...(type ? [`default_type ${quoted(type)};`] : []),
    ...headers.filter(([name]) => !OF_THE_FILE.includes(name))
      .map(([name, value]) => `add_header ${name} ${quoted(value)};`),
  ];
  if (!headers.some(([name]) => name === "last-modified")) {
    lines.push(`add_header last-modified "";`); // takes away what it would say by itself
  }
  return `    location = ${quoted(path)} {\n${lines.map((it) => `      ${it}\n`).join("")}    }\n`;
}

function quoted(text: string): string {
  if (/['$\\\n]/.test(text)) throw new Error(`Cannot tell nginx of ${text}`);
  return `'${text}'`;
}

async function listens(port: number): Promise<boolean> {
  try {
    (await Deno.connect({ hostname: "127.0.0.1", port })).close();
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.ConnectionRefused) return false;
    throw error;
  }
}
