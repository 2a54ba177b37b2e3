import { assertEquals, assertThrows } from "@std/assert";
import { MediaError } from "../../../lib/errors.ts";
import { parseTtml } from "../../../lib/subtitles/ttml/reader.ts";
import { inBody, paragraph as p, ttmlDocument as document } from "./document.ts";

type Cue = [start: number, end: number, text: string, settings?: string];

function parseCues(text: string): Cue[] {
  return parseTtml(text).webvtt.cues.map(({ start, end, text, settings }) =>
    settings ? [start, end, text, settings] : [start, end, text]
  );
}

const times: [expression: string, attributes: string, milliseconds: number][] = [
  ["00:00:01.5", "", 1500],
  ["01:02:03", "", 3723000],
  ["100:00:00.001", "", 360000001],
  ["00:00:01:12", `ttp:frameRate="24"`, 1500],
  ["00:00:01:15", "", 1500], // 30 frames per second
  ["00:00:01:12.5", `ttp:frameRate="25" ttp:subFrameRate="10"`, 1500],
  ["1.5s", "", 1500],
  ["1500ms", "", 1500],
  ["0.5m", "", 30000],
  ["0.5h", "", 1800000],
  ["36f", `ttp:frameRate="24"`, 1500],
  ["48f", `ttp:frameRate="24" ttp:frameRateMultiplier="1000 1001"`, 2002],
  ["48f", `ttp:frameRate="24" ttp:frameRateMultiplier="1000:1001"`, 2002],
  ["15000000t", `ttp:tickRate="10000000"`, 1500],
  ["30t", `ttp:frameRate="20"`, 1500],
  ["3t", "", 3000],
  [" 1.5s ", "", 1500],
  ["1.5", "", 1500],
  ["1,5s", "", 1500],
  [
    "00:01:00;02",
    `ttp:timeBase="smpte" ttp:frameRate="30" ttp:frameRateMultiplier="1000 1001" ttp:dropMode="dropNTSC"`,
    60060,
  ],
];

for (const [expression, attributes, milliseconds] of times) {
  Deno.test(`parseTtml() parses ${expression} ${attributes} as ${milliseconds} ms`, () => {
    const text = document(inBody(`<p begin="${expression}" dur="1s">x</p>`), "", attributes);
    assertEquals(parseCues(text), [[milliseconds, milliseconds + 1000, "x"]]);
  });
}

const timings: [what: string, body: string, cues: Cue[]][] = [
  ["end", `<body><div><p begin="1s" end="3s">x</p></div></body>`, [[1000, 3000, "x"]]],
  ["dur", `<body><div><p begin="1s" dur="3s">x</p></div></body>`, [[1000, 4000, "x"]]],
  [
    "dur and end, of which the earlier applies",
    `<body><div><p begin="1s" dur="1s" end="9s">x</p></div></body>`,
    [
      [1000, 2000, "x"],
    ],
  ],
  [
    "times relative to the parents",
    `<body begin="10s"><div begin="5s"><p begin="1s" end="2s">x</p></div></body>`,
    [
      [16000, 17000, "x"],
    ],
  ],
  ["the end of the parents", `<body end="10s"><div dur="5s"><p begin="1s">x</p></div></body>`, [
    [1000, 5000, "x"],
  ]],
  [
    "sequential divs",
    `<body timeContainer="seq"><div dur="5s"><p>a</p></div><div begin="1s" dur="2s"><p>b</p></div></body>`,
    [
      [0, 5000, "a"],
      [6000, 8000, "b"],
    ],
  ],
  [
    "sequential paragraphs",
    `<body><div timeContainer="seq"><p dur="1s">a</p><p dur="2s">b</p><p begin="1s" end="2s">c</p><p>d</p></div></body>`,
    [[0, 1000, "a"], [1000, 3000, "b"], [4000, 5000, "c"]],
  ],
  [
    "sequential divs with the duration of their content",
    `<body timeContainer="seq"><div><p begin="1s" end="2s">a</p></div><div><p begin="1s" end="2s">b</p></div></body>`,
    [[1000, 2000, "a"], [3000, 4000, "b"]],
  ],
  ["a span that appears later", inBody(p(`a <span begin="0.5s">b</span>`)), [
    [1000, 1500, "a"],
    [1500, 2000, "a b"],
  ]],
  [
    "alternating spans",
    inBody(`<p begin="1s" end="4s"><span end="1s">a</span><span begin="1s" end="2s">b</span></p>`),
    [[1000, 2000, "a"], [2000, 3000, "b"]],
  ],
  [
    "spans in a sequence",
    inBody(`<p begin="1s" timeContainer="seq"><span dur="1s">a</span><span dur="2s">b</span></p>`),
    [[1000, 2000, "a"], [2000, 4000, "b"]],
  ],
  [
    "divs within divs",
    `<body><div begin="1s"><div begin="1s"><p begin="1s" dur="1s">x</p></div></div></body>`,
    [
      [3000, 4000, "x"],
    ],
  ],
  [
    "overlapping paragraphs",
    inBody(`<p begin="1s" end="5s">a</p><p begin="2s" end="3s">b</p>`),
    [
      [1000, 5000, "a"],
      [2000, 3000, "b"],
    ],
  ],
  ["an end before the start", inBody(`<p begin="2s" end="1s">x</p>`), []],
  ["no text", inBody(p(" ")), []],
];

for (const [what, body, cues] of timings) {
  Deno.test(`parseTtml() reads ${what}`, () => {
    assertEquals(parseCues(document(body)), cues);
  });
}

const drafts = ["http://www.w3.org/2006/10/ttaf1", "http://www.w3.org/2006/04/ttaf1"];
for (const namespace of drafts) {
  Deno.test(`parseTtml() reads the draft ${namespace}`, () => {
    const style = namespace.includes("10") ? "styling" : "style";
    const text = `<tt xmlns="${namespace}" xmlns:s="${namespace}#${style}"><body><div>` +
      `<p begin="0:00:01.0" end="00:00:02">no</p><p begin="00:00:01" end="00:00:02" s:color="red">x</p></div></body></tt>`;
    assertEquals(parseCues(text), [[1000, 2000, "no"], [1000, 2000, "<c.red>x</c>"]]);
  });
}

Deno.test("parseTtml() reads a document without namespaces", () => {
  const text = `<tt><body><div><p begin="1s" end="2s" tts:color="red">x</p></div></body></tt>`;
  assertEquals(parseCues(text), [[1000, 2000, "<c.red>x</c>"]]);
});

const profiles: [attributes: string, head: string, profile: string][] = [
  ["", "", ""],
  [`ttp:profile="http://www.w3.org/ns/ttml/profile/imsc1/text"`, "", "im1t"],
  [`ttp:contentProfiles="http://www.w3.org/ns/ttml/profile/imsc1.1/text"`, "", "im2t"],
  [`ttp:profile="http://www.w3.org/ns/ttml/profile/imsc1/image"`, "", "im1i"],
  ["", `<ttp:profile use="http://www.w3.org/ns/ttml/profile/imsc1/text"/>`, "im1t"],
  [
    `xmlns:ebuttm="urn:ebu:tt:metadata"`,
    `<metadata><ebuttm:documentMetadata><ebuttm:conformsToStandard>urn:ebu:tt:distribution:2014-01</ebuttm:conformsToStandard></ebuttm:documentMetadata></metadata>`,
    "etd1",
  ],
];

for (const [attributes, head, profile] of profiles) {
  Deno.test(`parseTtml() detects the profile "${profile}" in ${attributes}${head}`, () => {
    assertEquals(parseTtml(document(inBody(p("x")), head, attributes)).profile, profile);
  });
}

const warned: [what: string, body: string, warnings: string[]][] = [
  ["an invalid time", `<body><div>\n<p begin="soon" end="2s">x</p></div></body>`, [
    `Line 2: begin="soon" is not a time`,
  ]],
  ["a paragraph without an end", `<body><div>\n\n<p begin="1s">x</p></div></body>`, [
    "Line 3: the paragraph has no end",
  ]],
  ["animations", inBody(p(`x<set begin="0.5s" tts:color="red"/>`)), [
    "Animations of TTML are ignored",
  ]],
  ["images", inBody(`<div smpte:backgroundImage="#a">${p("x")}</div>`), [
    "Images are ignored",
  ]],
];

for (const [what, body, warnings] of warned) {
  Deno.test(`parseTtml() warns of ${what}`, () => {
    assertEquals(parseTtml(document(body)).webvtt.warnings, warnings);
  });
}

const forced: [body: string, forced: boolean][] = [
  [inBody(p("x")), false],
  [inBody(p("x", `itts:forcedDisplay="true"`)), true],
  [`<body itts:forcedDisplay="true"><div>${p("x")}${p("y")}</div></body>`, true],
  [inBody(p("x", `itts:forcedDisplay="true"`) + p("y")), false],
];

for (const [body, expected] of forced) {
  Deno.test(`parseTtml() reads ${body} as ${expected ? "" : "not "}forced`, () => {
    assertEquals(parseTtml(document(body)).forced, expected);
  });
}

Deno.test("parseTtml() rejects other XML", () => {
  assertThrows(
    () => parseTtml("<html/>"),
    MediaError,
    "Cannot read TTML: the root element is <html>",
  );
});

Deno.test("parseTtml() rejects spans that change millions of times", () => {
  const spans = Array.from({ length: 3000 }, (_, i) => `<span begin="${i}ms">x</span>`).join("");
  const text = document(inBody(`<p begin="1s" end="9s">${spans}</p>`));
  assertThrows(
    () => parseTtml(text),
    MediaError,
    "Cannot read TTML: its spans change millions of times",
  );
});
