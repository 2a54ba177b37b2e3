import { assertEquals } from "@std/assert";
import { decodeBase64 } from "../../lib/drm/base64.ts";

const cases: [text: string, bytes: number[] | undefined][] = [
  ["", []],
  ["AQID", [1, 2, 3]],
  ["AQ==", [1]],
  [" A\tQ\r\nI = ", [1, 2]],
  ["+/8=", [251, 255]],
  ["AQ", undefined],
  ["AR==", undefined], // bits that are not used are not 0
  ["-_8=", undefined],
  ["AQ=A", undefined],
  ["<a/>", undefined],
];

for (const [text, bytes] of cases) {
  Deno.test(`decodeBase64() ${bytes ? "decodes" : "rejects"} ${JSON.stringify(text)}`, () => {
    assertEquals(decodeBase64(text), bytes && new Uint8Array(bytes));
  });
}
