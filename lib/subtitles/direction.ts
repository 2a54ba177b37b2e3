/** Base direction of text (Unicode Bidirectional Algorithm, rules P2 and P3), which WebVTT derives from the text itself. */

import { parseCueText, toPlainText } from "./cue_text.ts";

export type Direction = "ltr" | "rtl";

const RTL_SCRIPTS =
  "Arabic Hebrew Syriac Thaana Nko Adlam Samaritan Mandaic Hanifi_Rohingya Mende_Kikakui Sogdian Yezidi";

/** Letters of scripts written from right to left, and the right-to-left mark. */
const RIGHT_TO_LEFT = new RegExp(
  `^[\\u200F${RTL_SCRIPTS.split(" ").map((name) => `\\p{Script=${name}}`).join("")}]$`,
  "u",
);

const STRONG = /[\p{L}\u200E\u200F]/u;

/** Returns the direction of the first letter; "ltr" without letters. */
export function getBaseDirection(text: string): Direction {
  const [strong] = STRONG.exec(text) ?? [];
  return strong !== undefined && RIGHT_TO_LEFT.test(strong) ? "rtl" : "ltr";
}

/** Returns true if the text contains a letter or a mark of direction. */
export function hasDirection(text: string): boolean {
  return STRONG.test(text);
}

const RIGHT_TO_LEFT_MARK = "\u200F";

/** Marks the lines of WebVTT cue text that players would show from left to right. */
export function toRightToLeft(cueText: string): string {
  return cueText.split("\n").map((line) =>
    getBaseDirection(toPlainText(parseCueText(line))) === "rtl" ? line : RIGHT_TO_LEFT_MARK + line
  ).join("\n");
}
