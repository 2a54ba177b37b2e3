import { assert, assertEquals } from "@std/assert";
import { isInNetworks, parseAddress, parseNetwork, unmapAddress } from "../../lib/ip/address.ts";

const ADDRESSES: [text: string, parsed: string | undefined][] = [
  ["192.0.2.7", "192.0.2.7"],
  ["2001:DB8::0:7", "2001:db8::7"],
  ["::ffff:192.0.2.7", "192.0.2.7"],
  ["::ffff:c000:207", "192.0.2.7"],
  ["fe80::1%eth0", "fe80::1%eth0"],
  ["::", "::"],
  ["", undefined],
  ["192.0.2", undefined],
  ["0192.0.2.7", undefined],
  ["0x7f.0.0.1", undefined],
  ["::ffff:010.0.0.1", undefined],
  ["::ffff:1.02.3.4", undefined],
  ["::ffff:0.0.0.1", "0.0.0.1"],
  ["64:ff9b::10.0.0.1", "64:ff9b::a00:1"],
  [`fe80::1%${"e".repeat(65)}`, undefined],
  ["192.0.2.256", undefined],
  ["192.0.2.7.", undefined],
  [" 192.0.2.7", undefined],
  ["3221225991", undefined],
  ["2001:db8::7::", undefined],
  ["[::1]", undefined],
  ["::192.0.2.7", undefined],
  ["192.0.2.7/32", undefined],
  ["unknown", undefined],
];

for (const [text, parsed] of ADDRESSES) {
  Deno.test(`parseAddress() of "${text}" returns ${parsed}`, () => {
    assertEquals(parseAddress(text)?.toString(), parsed);
  });
}

const NETWORKS: [network: string, inside: string[], outside: string[]][] = [
  ["10.0.0.0/8", ["10.0.0.0", "10.255.255.255", "::ffff:10.1.2.3"], ["11.0.0.0", "::a00:1"]],
  ["10.1.2.3/8", ["10.9.9.9"], ["9.255.255.255"]],
  ["192.0.2.7", ["192.0.2.7", "::ffff:192.0.2.7"], ["192.0.2.6", "192.0.2.8"]],
  ["192.0.2.7/32", ["192.0.2.7"], ["192.0.2.6"]],
  ["0.0.0.0/0", ["1.2.3.4", "255.255.255.255"], ["::1"]],
  ["::/0", ["::1", "2001:db8::1"], ["1.2.3.4"]],
  ["2001:db8::/33", ["2001:db8:7fff::1"], ["2001:db8:8000::1"]],
  ["fe80::/10", ["fe80::1%eth0", "febf::1"], ["fec0::1"]],
  ["2001:db8::7", ["2001:db8:0::7"], ["2001:db8::8"]],
  ["::ffff:10.0.0.0/104", ["10.9.9.9", "::ffff:10.0.0.1"], ["11.0.0.1"]],
];

for (const [text, inside, outside] of NETWORKS) {
  Deno.test(`isInNetworks() finds ${inside} in ${text}, and not ${outside}`, () => {
    const network = parseNetwork(text)!;
    for (const address of inside) assert(isInNetworks(parseAddress(address)!, [network]), address);
    for (const address of outside) {
      assert(!isInNetworks(parseAddress(address)!, [network]), address);
    }
  });
}

for (
  const text of [
    "",
    "/",
    "10.0.0.0/33",
    "10.0.0.0/08",
    "10.0.0.0/-1",
    "10.0.0.0/8/8",
    "::/129",
    "10/8",
    "::ffff:10.0.0.0/90",
    "10.0.0.0/",
  ]
) {
  Deno.test(`parseNetwork() of "${text}" returns undefined`, () => {
    assertEquals(parseNetwork(text), undefined);
  });
}

Deno.test("isInNetworks() compares with each network", () => {
  const networks = ["10.0.0.0/8", "192.0.2.0/24"].map((text) => parseNetwork(text)!);
  assertEquals(isInNetworks(parseAddress("192.0.2.1")!, networks), true);
  assertEquals(isInNetworks(parseAddress("192.0.3.1")!, networks), false);
  assertEquals(isInNetworks(parseAddress("192.0.2.1")!, []), false);
});

Deno.test("unmapAddress() returns the IPv4 address of an IPv4-mapped one", () => {
  const texts = ["::ffff:192.0.2.7", "::FFFF:127.0.0.1", "192.0.2.7", "2001:db8::7", "::1", ""];
  const expected = ["192.0.2.7", "127.0.0.1", "192.0.2.7", "2001:db8::7", "::1", ""];
  assertEquals(texts.map(unmapAddress), expected);
});
