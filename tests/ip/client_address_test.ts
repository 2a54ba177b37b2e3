import { assertEquals } from "@std/assert";
import { parseNetwork } from "../../lib/ip/address.ts";
import { getClientAddress } from "../../lib/ip/client_address.ts";

const TRUSTED = ["10.0.0.0/8", "127.0.0.1", "::1"].map((text) => parseNetwork(text)!);

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
  assertEquals(getClientAddress("127.0.0.1", "198.51.100.1", []), "127.0.0.1");
});

Deno.test("getClientAddress() stops in a long list of proxies", () => {
  const list = Array.from({ length: 100 }, (_, i) => `10.0.0.${i}`).join(",");
  assertEquals(getClientAddress("127.0.0.1", list, TRUSTED), "10.0.0.68");
});
