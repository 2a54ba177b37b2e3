import { assertEquals } from "@std/assert";
import {
  type CueAlignment,
  type CueBox,
  type DisplayAlign,
  layoutInBox,
  layoutInVerticalBox,
} from "../../lib/subtitles/cue_box.ts";
import { formatCueSettings } from "../../lib/subtitles/cue_settings.ts";

const FULL = { x: 0, y: 0, width: 100, height: 100 };
const LEFT_HALF = { x: 0, y: 40, width: 50, height: 20 };

const boxes: [box: CueBox, align: CueAlignment, displayAlign: DisplayAlign, settings: string][] = [
  [FULL, "center", "after", ""],
  [FULL, "left", "after", "align:left"],
  [FULL, "center", "before", "line:0%"],
  [FULL, "center", "center", "line:50%,center"],
  [LEFT_HALF, "center", "before", "line:40% position:25% size:50%"],
  [LEFT_HALF, "start", "center", "line:50%,center size:50% align:start"],
  [LEFT_HALF, "right", "after", "line:60%,end position:50% size:50% align:right"],
  [{ ...FULL, y: 60, height: 20 }, "center", "after", ""],
];

for (const [box, align, displayAlign, settings] of boxes) {
  Deno.test(`layoutInBox() of ${Object.values(box)} ${align} ${displayAlign} is "${settings}"`, () => {
    assertEquals(formatCueSettings(layoutInBox(box, align, displayAlign)), settings);
  });
}

const columns: [vertical: "rl" | "lr", displayAlign: DisplayAlign, line: string][] = [
  ["rl", "before", "line:90%,end"],
  ["rl", "center", "line:85%,center"],
  ["rl", "after", "line:80%"],
  ["lr", "before", "line:80%"],
  ["lr", "center", "line:85%,center"],
  ["lr", "after", "line:90%,end"],
];

for (const [vertical, displayAlign, line] of columns) {
  Deno.test(`layoutInVerticalBox() places columns of ${vertical} ${displayAlign} at ${line}`, () => {
    const box = { x: 80, y: 10, width: 10, height: 50 };
    const settings = layoutInVerticalBox(box, "left", { vertical, displayAlign });
    assertEquals(
      formatCueSettings(settings),
      `vertical:${vertical} ${line} position:10% size:50% align:left`,
    );
  });
}
