import { assertEquals } from "@std/assert";
import {
  formatTimeFragment,
  parseTimeFragment,
  replaceTab,
  selectsTab,
} from "../../lib/ui/fragment.js";

const ranges: [hash: string, range: [start: number, end: number] | undefined][] = [
  ["#t=10", [10, Infinity]],
  ["#t=10,20.5", [10, 20.5]],
  ["#t=,20", [0, 20]],
  ["#t=npt:1:02:03.5", [3723.5, Infinity]],
  ["#t=02:03,0:2:04", [123, 124]],
  ["#segments&t=10,20", [10, 20]],
  ["#t=5&t=6", [6, Infinity]],
  ["#t=10%2C20", [10, 20]],
  ["#t=0", [0, Infinity]],
  ["t=7", [7, Infinity]],
  ["", undefined],
  ["#segments", undefined],
  ["#t=", undefined],
  ["#t=,", undefined],
  ["#t=20,10", undefined],
  ["#t=10,10", undefined],
  ["#t=1:99:00", undefined],
  ["#t=a", undefined],
  ["#t=-1", undefined],
  ["#t=1..2", undefined],
  ["#xt=1", undefined],
];

for (const [hash, range] of ranges) {
  Deno.test(`parseTimeFragment() returns ${range} for ${hash}`, () => {
    assertEquals(parseTimeFragment(hash), range && { start: range[0], end: range[1] });
  });
}

const texts: [start: number, end: number, text: string][] = [
  [0, Infinity, ""],
  [1.5, Infinity, "t=1.5"],
  [0, 20, "t=0,20"],
  [1.23456, 2, "t=1.235,2"],
];

for (const [start, end, text] of texts) {
  Deno.test(`formatTimeFragment() returns '${text}' for ${start} to ${end}`, () => {
    assertEquals(formatTimeFragment({ start, end }), text);
    if (text !== "") assertEquals(parseTimeFragment(text)?.end, end);
  });
}

Deno.test("replaceTab() keeps the time range", () => {
  assertEquals(replaceTab("", "boxes"), "#boxes");
  assertEquals(replaceTab("#segments", "boxes"), "#boxes");
  assertEquals(replaceTab("#segments&t=1,2", "boxes"), "#boxes&t=1,2");
  assertEquals(replaceTab("#t=1", "tracks"), "#tracks&t=1");
});

Deno.test("selectsTab() finds a tab beside a time range", () => {
  assertEquals(selectsTab("#t=1&segments", "segments"), true);
  assertEquals(selectsTab("#t=1", "segments"), false);
});
