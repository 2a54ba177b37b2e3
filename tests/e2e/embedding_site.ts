/** A page on an origin of its own, which embeds what ams serves. */

import { startServer, type TestServer } from "./test_server.ts";
import { loadUmdPlayers } from "./umd_players.ts";

/** Serves a page at `/`, with the scripts that snippets name next to it. */
export async function startEmbeddingSite(body: () => string): Promise<TestServer> {
  const scripts = await loadUmdPlayers();
  return startServer((request) => {
    const name = new URL(request.url).pathname.slice(1);
    if (name === "") {
      const html = `<!DOCTYPE html><html lang="en"><title>Other site</title>
<link rel="icon" href="data:,"><style>body { margin: 0 } iframe { width: 100%; height: 90vh }</style>
<body>${body()}</body></html>`;
      return new Response(html, { headers: { "content-type": "text/html; charset=utf-8" } });
    }
    const script = scripts[name];
    if (script === undefined) return new Response(null, { status: 404 });
    return new Response(script, { headers: { "content-type": "text/javascript" } });
  });
}
