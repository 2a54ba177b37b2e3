import { assertEquals } from "@std/assert";
import type { TtmlDocument } from "../../../lib/subtitles/ttml/document.ts";
import { toRegionSettings } from "../../../lib/subtitles/ttml/region.ts";

const DOCUMENT = {
  extent: { width: 1920, height: 1080 },
  cellResolution: { columns: 32, rows: 15 },
} as TtmlDocument;

const CENTER = { textAlign: "center" };

const regions: [
  what: string,
  region: Record<string, string> | undefined,
  styles: Record<string, string>,
  settings: string,
][] = [
  ["no region", undefined, {}, ""],
  ["no region, but an alignment", undefined, { textAlign: "right" }, "align:right"],
  [
    "text at the bottom of a region",
    { origin: "10% 70%", extent: "80% 20%", displayAlign: "after" },
    CENTER,
    "size:80%",
  ],
  [
    "text in the middle of a region",
    { origin: "5% 40%", extent: "40% 20%", displayAlign: "center" },
    {},
    "line:50%,center position:5% size:40% align:left",
  ],
  [
    "text at the bottom of an upper region",
    { origin: "0% 20%", extent: "100% 30%", displayAlign: "after" },
    { textAlign: "right" },
    "line:50%,end align:right",
  ],
  ["cells", { origin: "8c 3c", extent: "16c 3c" }, CENTER, "line:20% size:50%"],
  [
    "pixels",
    { origin: "192px 108px", extent: "960px 540px" },
    CENTER,
    "line:10% position:35% size:50%",
  ],
  ["parts of the root", { origin: "10rw 20rh", extent: "80vw 20vh" }, CENTER, "line:20% size:80%"],
  ["a position", { position: "center bottom", extent: "50% 40%" }, CENTER, "line:60% size:50%"],
  [
    "a position in percent",
    { position: "50% 25%", extent: "60% 60%" },
    CENTER,
    "line:10% size:60%",
  ],
  [
    "a position at the top",
    { position: "top right", extent: "50% 40%" },
    CENTER,
    "line:0% position:75% size:50%",
  ],
  [
    "a position at the left",
    { position: "left", extent: "50% 40%" },
    CENTER,
    "line:30% position:25% size:50%",
  ],
  ["a vertical position", { position: "bottom", extent: "50% 40%" }, CENTER, "line:60% size:50%"],
  [
    "vertical lines",
    { origin: "80% 10%", extent: "10% 80%", writingMode: "tbrl" },
    {},
    "vertical:rl line:90%,end position:10% size:80% align:left",
  ],
  [
    "columns at the left of a region",
    { origin: "5% 10%", extent: "15% 80%", writingMode: "tbrl", displayAlign: "after" },
    {},
    "vertical:rl line:5% position:10% size:80% align:left",
  ],
  [
    "columns from left to right",
    { origin: "5% 10%", extent: "15% 80%", writingMode: "tblr" },
    { direction: "rtl" },
    "vertical:lr line:5% position:10% size:80% align:left",
  ],
  [
    "the start of text from right to left",
    { origin: "10% 80%", extent: "80% 15%", displayAlign: "after" },
    { direction: "rtl" },
    "position:90% size:80% align:right",
  ],
  [
    "the end of text from right to left",
    { origin: "10% 80%", extent: "80% 15%", displayAlign: "after" },
    { direction: "rtl", textAlign: "end" },
    "position:10% size:80% align:left",
  ],
  [
    "the start of a writing mode from right to left",
    { origin: "10% 80%", extent: "80% 15%", displayAlign: "after", writingMode: "rltb" },
    {},
    "position:90% size:80% align:right",
  ],
  [
    "a direction that overrides the writing mode",
    { origin: "10% 80%", extent: "80% 15%", displayAlign: "after", writingMode: "rl" },
    { direction: "ltr" },
    "position:10% size:80% align:left",
  ],
  [
    "no region, but a direction",
    undefined,
    { textAlign: "start", direction: "rtl" },
    "align:right",
  ],
  [
    "an extent past the video",
    { origin: "50% 80%", extent: "400% 400%" },
    {},
    "line:80% position:50% size:50% align:left",
  ],
  ["invalid lengths", { origin: "-5% 1e3%", extent: "auto" }, CENTER, "line:0%"],
  ["an invalid alignment", { origin: "0% 20%" }, { textAlign: "justify" }, "line:20%"],
];

for (const [what, region, styles, settings] of regions) {
  Deno.test(`toRegionSettings() converts ${what}`, () => {
    const maps = [region ?? {}, styles].map((map) => new Map(Object.entries(map)));
    assertEquals(toRegionSettings(region && maps[0], maps[1]!, DOCUMENT), settings);
  });
}

Deno.test("toRegionSettings() ignores pixels of a document without an extent", () => {
  const region = new Map([["origin", "0px 540px"]]);
  const { extent: _, ...document } = DOCUMENT;
  assertEquals(toRegionSettings(region, new Map(), document), "line:0% align:left");
});
