/** A port of 127.0.0.1 that nothing listens on just now: for servers that can't choose one by themselves. */
export function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}
