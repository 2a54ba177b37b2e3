/** Serves the page of the players, and the players, on a port of its own. */

import { fromFileUrl } from "@std/path";
import dashjs from "npm:dashjs@5.2.1" with { type: "text" };
import dashjsMss from "npm:dashjs@5.2.1/mss" with { type: "text" };
import hlsjs from "npm:hls.js@1.7.4/dist/hls.js" with { type: "text" };
import shaka from "shaka-player" with { type: "text" };

const DIRECTORY = fromFileUrl(new URL("./page/", import.meta.url));
const CONFIG = fromFileUrl(new URL("../../deno.json", import.meta.url));
const LOCK = fromFileUrl(new URL("./deno.lock", import.meta.url));

const PLAYERS: Record<string, string> = {
  "dash.all.js": dashjs,
  "dash.mss.js": dashjsMss,
  "hls.js": hlsjs,
  "shaka-player.js": shaka,
};

export interface Site extends AsyncDisposable {
  /** Without a trailing slash. */
  readonly url: string;
}

export function startSite(): Site {
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, handle);
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

/** Scripts of the page that import a player of many modules, and are bundled. */
const BUNDLED = ["rxplayer.js"];

function read(name: string): Promise<string> {
  return BUNDLED.includes(name) ? bundle(DIRECTORY + name) : Deno.readTextFile(DIRECTORY + name);
}

/** @throws Error with the output of Deno when it fails */
async function bundle(file: string): Promise<string> {
  const args = ["bundle", "--config", CONFIG, "--lock", LOCK, "--platform", "browser", file];
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), { args }).output();
  if (!success) throw new Error(`Cannot bundle ${file}: ${new TextDecoder().decode(stderr)}`);
  return new TextDecoder().decode(stdout);
}

async function handle(request: Request): Promise<Response> {
  const name = new URL(request.url).pathname.slice(1) || "index.html";
  if (!/^[\w.-]+\.(js|html)$/.test(name)) return new Response(null, { status: 404 });
  const text = PLAYERS[name] ?? await read(name);
  const type = name.endsWith(".html") ? "text/html" : "text/javascript";
  const headers = { "content-type": `${type}; charset=utf-8`, "cache-control": "max-age=3600" };
  return new Response(text, { headers });
}
