import { assertEquals } from "@std/assert";
import { CHANNEL_NAME, findRepeatedChannel } from "../../lib/package/closed_captions.ts";

const channels: [channels: string, repeated: number][] = [
  ["", -1],
  ["CC1", -1],
  ["CC1 CC3 SERVICE1", -1],
  ["CC1 CC3 CC1 CC3", 2],
  ["SERVICE1 SERVICE1", 1],
];

for (const [list, repeated] of channels) {
  Deno.test(`findRepeatedChannel() finds ${repeated} in "${list}"`, () => {
    const captions = list.split(" ").filter(Boolean);
    assertEquals(
      findRepeatedChannel(captions.map((channel) => ({ channel, language: "eng" }))),
      repeated,
    );
  });
}

Deno.test("CHANNEL_NAME matches four channels of CEA-608 and 63 services of CEA-708", () => {
  const numbers = Array.from({ length: 100 }, (_, i) => i);
  const known = (name: string) => numbers.filter((n) => CHANNEL_NAME.test(`${name}${n}`));
  assertEquals(known("CC"), [1, 2, 3, 4]);
  assertEquals(known("SERVICE"), numbers.slice(1, 64));
});
