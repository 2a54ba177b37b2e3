import { assertEquals, assertThrows } from "@std/assert";
import { parseNetwork } from "../../lib/ip/address.ts";
import { ClientAddresses, getClientAddress } from "../../lib/ip/client_address.ts";
import { SOCKET_PEER } from "../../lib/socket_peer.ts";

const TRUSTED = {
  networks: ["10.0.0.0/8", "127.0.0.1", "::1"].map((text) => parseNetwork(text)!),
};

const CLIENTS: [peer: string, forwardedFor: string | null, client: string][] = [
  ["192.0.2.7", null, "192.0.2.7"],
  ["192.0.2.7", "198.51.100.1", "192.0.2.7"], // sent by the client itself
  ["10.0.0.1", null, "10.0.0.1"],
  ["10.0.0.1", "", "10.0.0.1"],
  ["10.0.0.1", "198.51.100.1", "198.51.100.1"],
  ["::ffff:10.0.0.1", "198.51.100.1", "198.51.100.1"],
  ["::1", "2001:db8::7", "2001:db8::7"],
  ["10.0.0.1", "203.0.113.9, 198.51.100.1", "198.51.100.1"], // the first is the client's invention
  ["10.0.0.1", "203.0.113.9,198.51.100.1 , 10.0.0.2,127.0.0.1", "198.51.100.1"],
  ["10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3"],
  ["10.0.0.1", "198.51.100.1, unknown", "10.0.0.1"],
  ["10.0.0.1", "198.51.100.1, unknown, 10.0.0.2", "10.0.0.2"],
  ["10.0.0.1", "198.51.100.1,", "10.0.0.1"],
  ["10.0.0.1", "198.51.100.1:49152", "198.51.100.1"],
  ["10.0.0.1", "::FFFF:198.51.100.1", "198.51.100.1"],
  ["10.0.0.1", "::ffff:c633:6401", "198.51.100.1"],
  ["10.0.0.1", "198.51.100.1, ::ffff:a00:2", "198.51.100.1"],
  ["10.0.0.1", "[2001:db8::7]:49152", "2001:db8::7"],
  ["10.0.0.1", "[2001:db8::7]", "2001:db8::7"],
  ["10.0.0.1", "<script>", "10.0.0.1"],
];

for (const [peer, forwardedFor, client] of CLIENTS) {
  Deno.test(`getClientAddress() of ${peer} for "${forwardedFor}" returns ${client}`, () => {
    assertEquals(getClientAddress(peer, forwardedFor, TRUSTED), client);
  });
}

Deno.test("getClientAddress() trusts no proxy by default", () => {
  assertEquals(getClientAddress("127.0.0.1", "198.51.100.1", { networks: [] }), "127.0.0.1");
});

Deno.test("getClientAddress() stops in a long list of proxies", () => {
  const list = Array.from({ length: 100 }, (_, i) => `10.0.0.${i}`).join(",");
  assertEquals(getClientAddress("127.0.0.1", list, TRUSTED), "10.0.0.68");
});

Deno.test("ClientAddresses.get() returns the same client each time", () => {
  const clients = new ClientAddresses(["10.0.0.0/8"]);
  const long = `${"203.0.113.9, ".repeat(100)}198.51.100.1`;
  for (const _time of ["first", "second"]) {
    for (const list of ["198.51.100.1", long]) {
      const headers = new Headers({ "x-forwarded-for": list });
      assertEquals(clients.get("10.0.0.1", headers), "198.51.100.1");
      assertEquals(clients.get("192.0.2.7", headers), "192.0.2.7");
    }
    assertEquals(clients.get("10.0.0.1", new Headers()), "10.0.0.1");
  }
});

Deno.test("ClientAddresses.get() reads no header without proxies", () => {
  const headers = { get: () => assertEquals("read", "unread") } as unknown as Headers;
  assertEquals(new ClientAddresses([]).get("10.0.0.1", headers), "10.0.0.1");
  assertEquals(new ClientAddresses([]).get("::ffff:10.0.0.1", headers), "10.0.0.1");
  assertEquals(new ClientAddresses([]).get("::ffff:0:1", headers), "::ffff:0:1");
});

Deno.test("ClientAddresses.get() trusts a socket if it is named", () => {
  const headers = new Headers({ "x-forwarded-for": "203.0.113.9, 198.51.100.1" });
  const get = (...trusted: string[]) => new ClientAddresses(trusted).get(SOCKET_PEER, headers);
  assertEquals([get(), get("10.0.0.0/8")], ["unix:", "unix:"]);
  assertEquals([get("unix:"), get("unix:", "198.51.100.1")], ["198.51.100.1", "203.0.113.9"]);
  const clients = new ClientAddresses(["unix:"]);
  assertEquals(clients.get("10.0.0.1", headers), "10.0.0.1");
  assertEquals(clients.get(SOCKET_PEER, new Headers({ "x-forwarded-for": "unix:" })), "unix:");
});

Deno.test("ClientAddresses rejects what is no network", () => {
  assertThrows(() => new ClientAddresses(["10/8"]), Error, "'10/8'");
});
