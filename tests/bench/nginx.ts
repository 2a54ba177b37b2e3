/** nginx that serves the same bytes as files, with the same paths and headers, tuned as its documentation recommends. */

import type { RecordedResponse } from "./responses.ts";
import { BODIES_DIRECTORY } from "./responses.ts";
import { listChildren } from "./processor.ts";
import { onCore } from "./section.ts";
import type { Bench } from "./section.ts";
import { type Server, waitUntil } from "./servers.ts";
import { freePort } from "../free_port.ts";

export interface Configuration {
  /** Directory for everything that nginx writes. */
  readonly directory: string;
  /** Document root. */
  readonly root: string;
  readonly port: number;
  readonly responses: readonly RecordedResponse[];
  readonly certificate?: Certificate | undefined;
  /** Runs workers as root when root starts nginx: another user could not read the files. */
  readonly asRoot: boolean;
}

/** PEM files. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** Headers that nginx derives from the file. */
const NGINX_HEADERS = ["content-type", "accept-ranges"];

/**
 * Starts nginx with one worker, pinned to a core.
 *
 * @throws Error with its log, when it does not listen within a minute
 */
export async function startNginx(
  bench: Bench,
  { core, responses, certificate }: {
    readonly core: number;
    readonly responses: readonly RecordedResponse[];
    readonly certificate?: Certificate;
  },
): Promise<Server> {
  const { workspace, tools } = bench;
  const directory = await Deno.makeTempDir({ dir: workspace.directory, prefix: "nginx-" });
  const port = freePort();
  const file = `${directory}/nginx.conf`;
  const settings = {
    directory,
    root: workspace.path(BODIES_DIRECTORY),
    port,
    responses,
    certificate,
  };
  await Deno.writeTextFile(file, buildConfiguration({ ...settings, asRoot: Deno.uid() === 0 }));
  const log = `${directory}/error.log`;
  const command = [tools.get("nginx")!, "-p", directory, "-e", log, "-c", file];
  const process = workspace.start(onCore(tools, core, command), { cwd: directory, log });
  let running = true;
  process.status.then(() => running = false);
  await waitUntil(async () =>
    !running || await isListening(port) && listChildren(process.pid).length > 0
  );
  if (!running || !await isListening(port)) {
    await workspace.stop(process);
    throw new Error(`Cannot start nginx: ${(await Deno.readTextFile(log)).trim()}`);
  }
  return {
    ...{ name: "nginx", origin: `http${certificate ? "s" : ""}://127.0.0.1:${port}`, port, log },
    pid: listChildren(process.pid)[0]!,
    [Symbol.asyncDispose]: () => workspace.stop(process),
  };
}

/** @throws Error when a path or a header cannot be quoted */
export function buildConfiguration(settings: Configuration): string {
  const { directory, root, port, responses, certificate, asRoot } = settings;
  return `daemon off;
${asRoot ? "user root;\n" : ""}worker_processes 1;
pid ${directory}/nginx.pid;
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
  client_body_temp_path ${directory}/body;
  proxy_temp_path ${directory}/proxy;
  fastcgi_temp_path ${directory}/fastcgi;
  uwsgi_temp_path ${directory}/uwsgi;
  scgi_temp_path ${directory}/scgi;
  types { }
  server {
    listen 127.0.0.1:${port}${certificate ? " ssl" : ""} backlog=1024;
    root ${root};
${certificate ? buildTlsLines(certificate) : ""}${responses.map(buildLocation).join("")}  }
}
`;
}

function buildTlsLines({ cert, key }: Certificate): string {
  return `    ssl_certificate ${cert};
    ssl_certificate_key ${key};
    ssl_protocols TLSv1.2 TLSv1.3;
    ssl_session_cache shared:bench:10m;
`;
}

function buildLocation({ path, headers }: RecordedResponse): string {
  const type = headers.find(([name]) => name === "content-type")?.[1];
  const lines = [
    ...(type ? [`default_type ${quote(type)};`] : []),
    ...headers.filter(([name]) => !NGINX_HEADERS.includes(name))
      .map(([name, value]) => `add_header ${name} ${quote(value)};`),
  ];
  if (!headers.some(([name]) => name === "last-modified")) {
    lines.push(`add_header last-modified "";`); // removes the one that nginx adds
  }
  return `    location = ${quote(path)} {\n${lines.map((it) => `      ${it}\n`).join("")}    }\n`;
}

function quote(text: string): string {
  if (/['$\\\n]/.test(text)) throw new Error(`Cannot quote ${text} for nginx`);
  return `'${text}'`;
}

async function isListening(port: number): Promise<boolean> {
  try {
    (await Deno.connect({ hostname: "127.0.0.1", port })).close();
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.ConnectionRefused) return false;
    throw error;
  }
}
