import { assertEquals, assertThrows } from "@std/assert";
import { startAdminServer } from "../../lib/admin/admin_server.ts";

const SERVICES = {
  metrics: { contentType: "text/plain", format: () => Promise.resolve("a 1\n") },
  ping: () => Promise.resolve(true),
  findProblem: () => Promise.resolve(undefined),
};

Deno.test("startAdminServer() listens until it is disposed of", async () => {
  const server = startAdminServer({ host: "127.0.0.1", port: 0 }, SERVICES);
  const { host, port } = server.address;
  const response = await fetch(`http://${host}:${port}/metrics`);
  assertEquals([response.status, await response.text()], [200, "a 1\n"]);
  assertThrows(() => startAdminServer(server.address, SERVICES), Deno.errors.AddrInUse);
  await server[Symbol.asyncDispose]();
  await using _again = startAdminServer(server.address, SERVICES);
});
