import { assertEquals, assertRejects } from "@std/assert";
import { describeConnectionError } from "../lib/connection_error.ts";

const failed = (text: string) => new TypeError("fetch failed", { cause: new Error(text) });

const errors: [error: unknown, reason: string][] = [
  [failed("invalid peer certificate: UnknownIssuer"), "has a certificate that is not trusted"],
  [failed("client error (Connect): dns error: no record"), "has a host name that does not resolve"],
  [failed("tcp connect error: Connection refused (os error 111)"), "refuses connections"],
  [
    failed("client error (Connect): received corrupt message of type X"),
    "does not respond with TLS",
  ],
  [failed("connection closed before message completed"), "breaks the connection"],
  [new TypeError("error reading a body from connection"), "breaks the connection"],
  ["https://a.example/?token=x", "breaks the connection"],
];

for (const [error, reason] of errors) {
  Deno.test(`describeConnectionError() says that a server ${reason}: ${error}`, () => {
    assertEquals(describeConnectionError(error), reason);
  });
}

Deno.test("describeConnectionError() knows the errors of Deno", async () => {
  const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const { port } = listener.addr;
  listener.close();
  const error = await assertRejects(() => fetch(`http://127.0.0.1:${port}/`));
  assertEquals(describeConnectionError(error), "refuses connections");
  const blocked = await assertRejects(() => fetch("http://127.0.0.1:1/"));
  assertEquals(describeConnectionError(blocked), "has a port that is blocked");
});
