/** Finds a free port of 127.0.0.1, for servers that cannot listen on port 0. */
export function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}
