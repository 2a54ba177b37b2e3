import { assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import {
  CONTENT_ID,
  deriveKid,
  formatKid,
  parseKid,
  toGuidBytes,
  toKidBytes,
} from "../../lib/drm/key_id.ts";

const KID = "00112233-4455-6677-8899-aabbccddeeff";

const kids: [text: string, kid: string | undefined][] = [
  [KID, KID],
  [KID.toUpperCase(), KID],
  [KID.replaceAll("-", ""), KID],
  ["00112233445566778899AABBCCDDEEFF", KID],
  [KID.slice(1), undefined],
  [`${KID}0`, undefined],
  [`${KID}\n`, undefined],
  [`{${KID}}`, undefined],
  [KID.replace("-", ""), undefined],
  [KID.replace("f", "g"), undefined],
  ["", undefined],
];

for (const [text, kid] of kids) {
  Deno.test(`parseKid() ${kid ? "reads" : "rejects"} ${JSON.stringify(text)}`, () => {
    assertEquals(parseKid(text), kid);
  });
}

Deno.test("formatKid() formats what toKidBytes() returns", () => {
  assertEquals(toKidBytes(KID).toHex(), "00112233445566778899aabbccddeeff");
  assertEquals(formatKid(toKidBytes(KID)), KID);
});

/** The example of PlayReady's header of version 4.0.0.0: KID and its base64. */
Deno.test("toGuidBytes() swaps the first three fields", () => {
  assertEquals(toGuidBytes(KID).toHex(), "33221100554477668899aabbccddeeff");
});

const identity = { content: "heat", scheme: "cbcs", label: "video" } as const;

Deno.test("deriveKid() returns the KIDs of the documentation", () => {
  assertEquals(deriveKid(identity), "a56ce54c-0cc3-87e6-8470-40368011fbf6");
  assertEquals(
    deriveKid({ ...identity, label: "audio" }),
    "75794092-4434-8559-bd33-c5716f3ba359",
  );
});

Deno.test("deriveKid() distinguishes content, scheme and label", () => {
  const others = [{ content: "heat2" }, { scheme: "cenc" as const }, { label: "all" }];
  for (const other of others) {
    const kid = deriveKid({ ...identity, ...other });
    assertNotEquals(kid, deriveKid(identity));
    assertMatch(kid, /^.{8}-.{4}-8.{3}-[89ab].{3}-.{12}$/);
  }
});

const contents: [content: string, isValid: boolean][] = [
  ["heat", true],
  ["0", true],
  ["a._:-Z9", true],
  ["a".repeat(128), true],
  ["a".repeat(129), false],
  ["", false],
  [".a", false],
  ["a/b", false],
  ["a\nb", false],
  ["a\n", false],
  ["é", false],
];

for (const [content, isValid] of contents) {
  Deno.test(`CONTENT_ID ${isValid ? "allows" : "rejects"} ${JSON.stringify(content)}`, () => {
    assertEquals(CONTENT_ID.test(content), isValid);
  });
}
