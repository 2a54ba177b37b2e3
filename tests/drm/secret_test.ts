import { assertEquals } from "@std/assert";
import { inspect } from "node:util";
import { Secret } from "../../lib/drm/secret.ts";

const VALUE = "plain value";

const shows: [what: string, format: (secret: Secret<string>) => string][] = [
  ["a template", (secret) => `${secret}`],
  ["JSON", (secret) => JSON.stringify({ secret })],
  ["inspection", (secret) => Deno.inspect({ secret, list: [secret] })],
  ["inspection by Node, with hidden properties", (secret) => inspect(secret, { showHidden: true })],
  [
    "the message of an error",
    (secret) => new Error(`Cannot use ${secret}`, { cause: secret }).message,
  ],
  ["an inspected error", (secret) => Deno.inspect(Object.assign(new Error("x"), { secret }))],
];

for (const [what, format] of shows) {
  Deno.test(`Secret shows [secret] in ${what}`, () => {
    const text = format(new Secret(VALUE));
    assertEquals([text.includes(VALUE), text.includes("[secret]")], [false, true], text);
  });
}

Deno.test("Secret loses its value in a structured clone, and has no other property", () => {
  const secret = new Secret(VALUE);
  assertEquals(JSON.stringify(structuredClone(secret)), "{}");
  assertEquals(Reflect.ownKeys(secret), []);
  assertEquals(secret.reveal(), VALUE);
});
