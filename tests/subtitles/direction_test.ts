import { assertEquals } from "@std/assert";
import { getBaseDirection, toRightToLeft } from "../../lib/subtitles/direction.ts";

const texts: [text: string, direction: "ltr" | "rtl"][] = [
  ["", "ltr"],
  ["123 …", "ltr"],
  ["- Hello مرحبا", "ltr"],
  ["- مرحبا DVD", "rtl"],
  ["12 שלום!", "rtl"],
  ["\u200FDVD", "rtl"],
  ["\u200Eمرحبا", "ltr"],
  ["ދިވެހި", "rtl"],
  ["日本語", "ltr"],
];

for (const [text, direction] of texts) {
  Deno.test(`getBaseDirection() of "${text}" is ${direction}`, () => {
    assertEquals(getBaseDirection(text), direction);
  });
}

Deno.test("toRightToLeft() marks the lines that start from left to right", () => {
  assertEquals(toRightToLeft("<b>DVD</b>\n<i>مرحبا</i>"), "\u200F<b>DVD</b>\n<i>مرحبا</i>");
});
