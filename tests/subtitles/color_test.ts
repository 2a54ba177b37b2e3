import { assertEquals } from "@std/assert";
import { parseColor } from "../../lib/subtitles/color.ts";

const colors: [text: string, color: string | undefined][] = [
  ["red", "#ff0000"],
  ["Lime", "#00ff00"],
  ["green", "#008000"],
  ["transparent", "#00000000"],
  ["#FFF", "#ffffff"],
  ["#f80c", "#ff8800cc"],
  ["#ff8800", "#ff8800"],
  ["ff8800", "#ff8800"],
  ["#ff8800ff", "#ff8800"],
  ["#ff880080", "#ff880080"],
  ["rgb(255, 136, 0)", "#ff8800"],
  ["rgb(255 136 0)", "#ff8800"],
  ["rgba(255,136,0,255)", "#ff8800"],
  ["rgba(255,136,0,128)", "#ff880080"],
  ["rgba(255,136,0,0.5)", "#ff880080"],
  ["rgba(255,136,0,0)", "#ff880000"],
  ["rgb(300,-1,0)", undefined],
  ["rgb(300,0,0)", "#ff0000"],
  ["rgb(1,2)", undefined],
  ["#ff88", "#ffff8888"],
  ["#ff888", undefined],
  ["constructor", undefined],
  ["", undefined],
];

for (const [text, color] of colors) {
  Deno.test(`parseColor() parses "${text}" to ${color}`, () =>
    assertEquals(parseColor(text), color));
}
