/** Responds to a request that is part of a trace; Deno exports traces when it exits, depending on the environment. */

const REQUEST = `GET / HTTP/1.1
Host: a
Connection: close
traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01

`;

const server = Deno.serve(
  { port: 0, hostname: "127.0.0.1", onListen() {} },
  () => new Response(""),
);
const connection = await Deno.connect({ hostname: "127.0.0.1", port: server.addr.port });
await connection.write(new TextEncoder().encode(REQUEST.replaceAll("\n", "\r\n")));
await new Response(connection.readable).text();
await server.shutdown();
