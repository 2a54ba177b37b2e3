import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import {
  describeListenError,
  findAddress,
  findListenAddress,
  findNetworkAddresses,
} from "../../lib/ams/listen_address.ts";
import { SetupError } from "../../lib/ams/setup.ts";

Deno.test("findAddress() returns a free port, and rejects one in use", () => {
  const { host, port: free } = findAddress({ host: "127.0.0.1", port: 0 });
  assert(free > 0);
  assertEquals(host, "127.0.0.1");
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = taken.addr;
  const message = `Cannot listen on 127.0.0.1:${port}: the port is in use`;
  assertThrows(() => findAddress({ host, port }), SetupError, message);
});

Deno.test("findAddress() of :: includes IPv4", async () => {
  const { host, port } = findAddress({ host: "::", port: 0 });
  using listener = Deno.listen({ hostname: host, port });
  using _client = await Deno.connect({ hostname: "127.0.0.1", port });
  using _server = await listener.accept();
});

Deno.test({
  name: "findAddress() of :: is 0.0.0.0 where :: cannot be bound",
  permissions: { net: ["0.0.0.0"] },
  fn: () => assertEquals(findAddress({ host: "::", port: 0 }).host, "0.0.0.0"),
});

Deno.test("findListenAddress() returns a socket as it is", () => {
  const options = { host: "unix:/run/a.sock", port: 8080, socketPath: "/run/a.sock" };
  assertEquals(findListenAddress(options), { path: "/run/a.sock" });
});

Deno.test("describeListenError() says what helps", () => {
  const denied = new Deno.errors.PermissionDenied("denied");
  assertEquals(
    [80, 8080].map((port) => describeListenError(denied, port)),
    [
      "permission denied: ports below 1024 need CAP_NET_BIND_SERVICE, unlike others (-p 8080)",
      "permission denied",
    ],
  );
  const unavailable = new Deno.errors.AddrNotAvailable("none");
  const text = describeListenError(unavailable, 80);
  assertStringIncludes(text, "the address is not available, only ");
  assertStringIncludes(text, "127.0.0.1");
});

Deno.test("findNetworkAddresses() returns what other machines can use, IPv4 first", () => {
  const interfaces = [
    "127.0.0.1",
    "fd00::2",
    "fe80::1",
    "::1",
    "169.254.7.7",
    "192.0.2.2",
    "2001:db8::2",
  ].map((address) => ({ address }));
  const find = (host: string) =>
    findNetworkAddresses({ host, port: 80 }, interfaces).map((it) => it.host);
  assertEquals(find("::"), ["192.0.2.2", "fd00::2", "2001:db8::2"]);
  assertEquals(find("0.0.0.0"), ["192.0.2.2"]);
  assertEquals(find("127.0.0.1"), []);
});
