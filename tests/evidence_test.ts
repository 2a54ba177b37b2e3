import { assertEquals } from "@std/assert";
import { Evidence } from "./evidence.ts";

const KEY = Uint8Array.fromHex("fb0fef0102030405060708090a0b0cff");

const GUID = Uint8Array.fromHex("01ef0ffb030205040607080a0b0c0dff");

const planted: [content: Uint8Array | string, found: boolean][] = [
  [`Key: ${KEY.toHex()}`, true],
  [KEY.toHex().toUpperCase(), true],
  ["FB0FEF01-0203-0405-0607-08090A0B0CFF", true],
  ["01ef0ffb030205040607 08090a0b0cff".replace(" ", ""), true],
  [KEY.toBase64(), true],
  [KEY.toBase64({ alphabet: "base64url", omitPadding: true }), true],
  [new Uint8Array([1, ...KEY]).toBase64(), true],
  [new Uint8Array([1, 2, ...KEY, 3]).toBase64(), true],
  [new Uint8Array([9, ...KEY, 9]), true],
  [KEY.toHex().slice(1), false],
  [KEY.slice(1), false],
  [GUID, false],
];

for (const [content, found] of planted) {
  Deno.test(`Evidence.find() ${found ? "finds" : "does not find"} a key in ${content}`, () => {
    const evidence = new Evidence();
    evidence.add("a", "something else");
    evidence.add("b", content);
    const lines = evidence.find({ key: KEY });
    assertEquals(lines.length > 0, found, lines.join());
    assertEquals(lines.every((line) => line.endsWith(" in b")), true);
  });
}

Deno.test("Evidence.find() finds text, also encoded, and in headers", () => {
  const secret = "Basic a+b/c==";
  const evidence = new Evidence();
  evidence.addResponse("one", new Response("", { headers: { x: secret } }), new Uint8Array(0));
  evidence.add("two", encodeURIComponent(secret));
  evidence.add("three", btoa(`a${secret}`));
  const lines = evidence.find({ header: secret });
  assertEquals(lines.map((line) => line.replace(/^.* in /, "")), [
    "headers of one",
    "three",
    "two",
  ]);
});
