import { assertEquals } from "@std/assert";
import { colourProperties, describeVideoSize, videoMaxima } from "../../lib/dash/video.ts";
import { IDENTITY } from "../../lib/mp4/matrix.ts";
import type {
  MediaRendition,
  Presentation,
  SwitchingSet,
} from "../../lib/presentation/presentation.ts";
import type { XmlElement } from "../../lib/xml.ts";

const PORTRAIT = { ...IDENTITY, a: 0, b: 1, c: -1, d: 0 };

function build(
  [width, height]: [number, number],
  { frameRate = "25", matrix = IDENTITY, transfer = 1, pixelAspect = [1, 1] as [number, number] } =
    {},
): MediaRendition {
  const colour = { primaries: 9, transfer, matrix: 2, fullRange: false };
  const description = { type: "video", width, height, pixelAspect, colour, interlaced: false };
  return { type: "video", description, frameRate, track: { matrix } } as unknown as MediaRendition;
}

const SETS: [what: string, renditions: MediaRendition[], expected: XmlElement[string][]][] = [
  ["one size", [build([1280, 720])], ["16:9", 1280, 720, "25"]],
  ["rounded sizes", [build([426, 240]), build([1920, 1080])], ["16:9", 1920, 1080, "25"]],
  ["different aspects", [build([640, 480]), build([1280, 720])], [undefined, 1280, 720, "25"]],
  ["pixels of 64:45", [build([720, 576], { pixelAspect: [64, 45] })], ["16:9", 720, 576, "25"]],
  ["a width that is no integer", [build([720, 480], { pixelAspect: [32, 27] })], [
    "16:9",
    720,
    480,
    "25",
  ]],
  ["portrait", [build([1280, 720], { matrix: PORTRAIT })], ["9:16", 720, 1280, "25"]],
  [
    "several rates",
    [build([2, 2], { frameRate: "30000/1001" }), build([2, 2], { frameRate: "29" })],
    ["1:1", 2, 2, "30000/1001"],
  ],
];

for (const [what, renditions, expected] of SETS) {
  Deno.test(`videoMaxima() of ${what}`, () => {
    const maxima = videoMaxima(renditions);
    const names = ["@par", "@maxWidth", "@maxHeight", "@maxFrameRate"];
    assertEquals(names.map((name) => maxima[name]), expected);
  });
}

Deno.test("describeVideoSize() describes the coded size after rotation", () => {
  const portrait = build([720, 576], { matrix: PORTRAIT, pixelAspect: [64, 45] });
  assertEquals(describeVideoSize(portrait), {
    "@width": 576,
    "@height": 720,
    "@sar": "45:64",
    "@frameRate": "25",
    "@scanType": "progressive",
  });
});

/** Transfer characteristics of the sets, and the name and values of the properties of the first one. */
const COLOURS: [transfers: number[], name?: string, values?: string[]][] = [
  [[1]],
  [[1, 16]],
  [[16], "SupplementalProperty", ["9", "16"]],
  [[16, 16], "SupplementalProperty", ["9", "16"]],
  [[16, 1], "EssentialProperty", ["9", "16"]],
  [[16, 18], "EssentialProperty", ["9", "16"]],
  [[18], "SupplementalProperty", ["9", "18"]],
  [[18, 1], "SupplementalProperty", ["9", "18"]],
];

for (const [transfers, name, values] of COLOURS) {
  Deno.test(`colourProperties() of transfer characteristics ${transfers}: ${name}`, () => {
    const sets = transfers.map((transfer) => ({
      type: "video",
      renditions: [build([2, 2], { transfer })],
    })) as unknown as SwitchingSet[];
    const audio = { type: "audio", renditions: [{ type: "audio" }] } as unknown as SwitchingSet;
    const presentation = { sets: [...sets, audio] } as unknown as Presentation;
    const properties = Object.entries(colourProperties(sets[0]!, presentation)).map((
      [key, elements],
    ) => [key, (elements as XmlElement[]).map((one) => one["@value"])]);
    assertEquals(properties, name && values ? [[name, values]] : []);
    assertEquals(colourProperties(audio, presentation), {});
  });
}
