import { assertEquals } from "@std/assert";
import { StreamKeys } from "../../lib/live/stream_keys.ts";

/** `printf %s abcdefghijklmnop1 | sha256sum` */
const DIGEST = "sha256:0f40f9908d77f2a5b072811bb5a981fe6627b25ae1416dca137ad318a78abbe0";

const KEYS = new StreamKeys([
  { name: "digest", key: DIGEST },
  { name: "clear", key: "ABCDEFGHIJKLMNOP" },
  { name: "twice", key: "ABCDEFGHIJKLMNOP" },
]);

const cases: [key: string, publisher: string | undefined][] = [
  ["abcdefghijklmnop1", "digest"],
  ["ABCDEFGHIJKLMNOP", "clear"],
  ["ABCDEFGHIJKLMNOPQ", undefined],
  ["ABCDEFGHIJKLMNO", undefined],
  [DIGEST, undefined],
  ["", undefined],
];

for (const [key, publisher] of cases) {
  Deno.test(`find() finds ${publisher} by '${key}'`, () => {
    assertEquals(KEYS.find(key), publisher);
  });
}

Deno.test("find() never accepts an empty key", () => {
  const empty = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
  assertEquals(
    new StreamKeys([{ name: "a", key: empty }, { name: "b", key: "" }]).find(""),
    undefined,
  );
});

Deno.test("StreamKeys shows no key in text", () => {
  assertEquals(`${JSON.stringify(KEYS)} ${Deno.inspect(KEYS)}`.includes("ABCD"), false);
});
