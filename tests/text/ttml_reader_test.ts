import { assertEquals, assertThrows } from "@std/assert";
import { MediaError } from "../../lib/errors.ts";
import { parseTtml } from "../../lib/text/ttml_reader.ts";
import { formatWebvtt, parseWebvtt } from "../../lib/text/webvtt.ts";

const NAMESPACES =
  `xmlns="http://www.w3.org/ns/ttml" xmlns:tts="http://www.w3.org/ns/ttml#styling" ` +
  `xmlns:ttp="http://www.w3.org/ns/ttml#parameter" xmlns:ttm="http://www.w3.org/ns/ttml#metadata" ` +
  `xmlns:itts="http://www.w3.org/ns/ttml/profile/imsc1#styling" xmlns:smpte="http://www.smpte-ra.org/schemas/2052-1/2010/smpte-tt"`;

/** A document of a body, what is in its head, and attributes of its root. */
function document(body: string, head = "", attributes = ""): string {
  return `<?xml version="1.0"?><tt ${NAMESPACES} ${attributes}><head>${head}</head>${body}</tt>`;
}

type Cue = [start: number, end: number, text: string, settings?: string];

function cuesOf(text: string): Cue[] {
  return parseTtml(text).text.cues.map(({ start, end, text, settings }) =>
    settings ? [start, end, text, settings] : [start, end, text]
  );
}

/** One paragraph, from 1 s to 2 s. */
const p = (content: string, attributes = "") =>
  `<p begin="1s" end="2s" ${attributes}>${content}</p>`;
const inBody = (content: string) => `<body><div>${content}</div></body>`;

const times: [expression: string, attributes: string, milliseconds: number][] = [
  ["00:00:01.5", "", 1500],
  ["01:02:03", "", 3723000],
  ["100:00:00.001", "", 360000001],
  ["00:00:01:12", `ttp:frameRate="24"`, 1500],
  ["00:00:01:15", "", 1500], // 30 frames a second
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
  Deno.test(`parseTtml() takes ${expression} ${attributes} for ${milliseconds} ms`, () => {
    const text = document(inBody(`<p begin="${expression}" dur="1s">x</p>`), "", attributes);
    assertEquals(cuesOf(text), [[milliseconds, milliseconds + 1000, "x"]]);
  });
}

const timings: [what: string, body: string, cues: Cue[]][] = [
  ["end", `<body><div><p begin="1s" end="3s">x</p></div></body>`, [[1000, 3000, "x"]]],
  ["dur", `<body><div><p begin="1s" dur="3s">x</p></div></body>`, [[1000, 4000, "x"]]],
  [
    "both, of which the earlier counts",
    `<body><div><p begin="1s" dur="1s" end="9s">x</p></div></body>`,
    [
      [1000, 2000, "x"],
    ],
  ],
  [
    "times that count from what is around",
    `<body begin="10s"><div begin="5s"><p begin="1s" end="2s">x</p></div></body>`,
    [
      [16000, 17000, "x"],
    ],
  ],
  ["an end of what is around", `<body end="10s"><div dur="5s"><p begin="1s">x</p></div></body>`, [
    [1000, 5000, "x"],
  ]],
  [
    "one after the other",
    `<body timeContainer="seq"><div dur="5s"><p>a</p></div><div begin="1s" dur="2s"><p>b</p></div></body>`,
    [
      [0, 5000, "a"],
      [6000, 8000, "b"],
    ],
  ],
  [
    "paragraphs one after the other",
    `<body><div timeContainer="seq"><p dur="1s">a</p><p dur="2s">b</p><p begin="1s" end="2s">c</p><p>d</p></div></body>`,
    [[0, 1000, "a"], [1000, 3000, "b"], [4000, 5000, "c"]],
  ],
  [
    "one after the other, as long as what is in them",
    `<body timeContainer="seq"><div><p begin="1s" end="2s">a</p></div><div><p begin="1s" end="2s">b</p></div></body>`,
    [[1000, 2000, "a"], [3000, 4000, "b"]],
  ],
  ["a span that comes later", inBody(p(`a <span begin="0.5s">b</span>`)), [
    [1000, 1500, "a"],
    [1500, 2000, "a b"],
  ]],
  [
    "spans in turn",
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
    "paragraphs over each other",
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
    assertEquals(cuesOf(document(body)), cues);
  });
}

const STYLING = `<styling>
  <style xml:id="yellow" tts:color="yellow"/>
  <style xml:id="loud" style="yellow" tts:fontWeight="bold"/>
  <style xml:id="a" style="b" tts:fontStyle="italic"/><style xml:id="b" style="a"/>
</styling>`;

const contents: [what: string, content: string, webvtt: string][] = [
  ["line breaks", "a<br/>b", "a\nb"],
  ["white space", "\n   a\n   b  <br/>  c \n ", "a b\nc"],
  ["white space at spans", "a <span> b</span> <span>c</span>", "a b c"],
  ["white space that stands", `<span xml:space="preserve">a  b\n c</span>`, "a  b\n c"],
  ["characters", "a &amp; b &lt; c &gt; d &#233;", "a &amp; b &lt; c &gt; d é"],
  ["CDATA", "<![CDATA[a < b]]>", "a &lt; b"],
  ["bold", `<span tts:fontWeight="bold">a</span>`, "<b>a</b>"],
  ["italic", `<span tts:fontStyle="italic">a</span> b`, "<i>a</i> b"],
  ["oblique", `<span tts:fontStyle="oblique">a</span>`, "<i>a</i>"],
  ["underline", `<span tts:textDecoration="underline">a</span>`, "<u>a</u>"],
  ["line through", `<span tts:textDecoration="lineThrough">a</span>`, "<c.line-through>a</c>"],
  ["over lines", `<span tts:fontStyle="italic">a<br/>b</span>`, "<i>a\nb</i>"],
  ["a colour", `<span tts:color="#ff0000">a</span>`, "<c.red>a</c>"],
  ["a colour with opacity", `<span tts:color="#ff000080">a</span>`, "<c.color-ff000080>a</c>"],
  ["rgb()", `<span tts:color="rgb(0,255,0)">a</span>`, "<c.lime>a</c>"],
  ["rgba()", `<span tts:color="rgba(0,255,0,255)">a</span>`, "<c.lime>a</c>"],
  ["white, which is there unasked", `<span tts:color="white">a</span>`, "a"],
  ["a background", `<span tts:backgroundColor="black">a</span>`, "<c.bg_black>a</c>"],
  [
    "a background that can be seen through",
    `<span tts:backgroundColor="transparent">a</span>`,
    "a",
  ],
  ["a style", `<span style="yellow">a</span>`, "<c.yellow>a</c>"],
  ["a style of a style", `<span style="loud">a</span>`, "<c.yellow><b>a</b></c>"],
  ["a style that comes back to itself", `<span style="a">a</span>`, "<i>a</i>"],
  ["two styles", `<span style="yellow a">a</span>`, "<c.yellow><i>a</i></c>"],
  ["its own before a style's", `<span style="yellow" tts:color="red">a</span>`, "<c.red>a</c>"],
  [
    "what is handed down",
    `<span style="loud">a <span tts:fontStyle="italic">b</span></span>`,
    "<c.yellow><b>a </b></c><c.yellow><b><i>b</i></b></c>",
  ],
  ["an unknown style", `<span style="none">a</span>`, "a"],
  ["hidden spans", `a<span tts:display="none">b</span><span tts:visibility="hidden">c</span>`, "a"],
  [
    "ruby",
    `<span tts:ruby="container"><span tts:ruby="base">漢</span><span tts:ruby="text">かん</span></span>`,
    "<ruby>漢<rt>かん</rt></ruby>",
  ],
  ["another language", `<span xml:lang="fr">à</span>`, "<lang fr>à</lang>"],
  ["metadata", `<metadata><ttm:title>no</ttm:title></metadata>a<ttm:desc>no</ttm:desc>`, "a"],
];

for (const [what, content, webvtt] of contents) {
  Deno.test(`parseTtml() says ${what} as WebVTT`, () => {
    const text = document(inBody(p(content)), STYLING, `xml:lang="en"`);
    assertEquals(cuesOf(text), [[1000, 2000, webvtt]]);
    const { text: read } = parseTtml(text);
    const again = parseWebvtt(new TextEncoder().encode(formatWebvtt(read)));
    assertEquals([again.cues, again.warnings], [read.cues, []]);
  });
}

const LAYOUT = `<layout>
  <region xml:id="below" tts:origin="10% 70%" tts:extent="80% 20%" tts:displayAlign="after" tts:textAlign="center"/>
  <region xml:id="above" tts:textAlign="center"><style tts:origin="10% 5%"/><style tts:extent="80% 20%"/></region>
  <region xml:id="left" tts:origin="5% 40%" tts:extent="40% 20%" tts:displayAlign="center"/>
  <region xml:id="cells" tts:origin="8c 3c" tts:extent="16c 3c" tts:textAlign="center"/>
  <region xml:id="pixels" tts:origin="192px 108px" tts:extent="960px 540px" tts:textAlign="center"/>
  <region xml:id="upright" tts:origin="80% 10%" tts:extent="10% 80%" tts:writingMode="tbrl"/>
  <region xml:id="middle" tts:origin="0% 20%" tts:extent="100% 30%" tts:displayAlign="after" tts:textAlign="right"/>
  <region xml:id="hidden" tts:display="none"/>
  <region xml:id="position" tts:position="center bottom" tts:extent="50% 40%" tts:textAlign="center"/>
</layout>`;

const places: [what: string, attributes: string, settings: string | undefined][] = [
  ["no region", "", ""],
  ["no region, but an alignment", `tts:textAlign="right"`, "align:right"],
  ["a region below", `region="below"`, "size:80%"],
  ["a region above", `region="above"`, "line:5% size:80%"],
  ["a region in the middle", `region="left"`, "line:50%,center position:5% size:40% align:start"],
  [
    "an alignment in a region",
    `region="below" tts:textAlign="left"`,
    "position:10% size:80% align:left",
  ],
  ["a region in cells", `region="cells"`, "line:20% size:50%"],
  ["a region in pixels", `region="pixels"`, "line:10% position:35% size:50%"],
  [
    "a region of upright lines",
    `region="upright"`,
    "vertical:rl position:10% size:80% align:start",
  ],
  ["text at the foot of a high region", `region="middle"`, "line:50%,end align:right"],
  ["a region by its place", `region="position"`, "line:60% size:50%"],
  ["a region that is not there", `region="none"`, ""],
  ["a region that is not shown", `region="hidden"`, undefined],
];

for (const [what, attributes, settings] of places) {
  Deno.test(`parseTtml() places ${what}`, () => {
    const text = document(inBody(p("x", attributes)), LAYOUT, `tts:extent="1920px 1080px"`);
    const { cues } = parseTtml(text).text;
    assertEquals(cues.map((cue) => cue.settings), settings === undefined ? [] : [settings]);
  });
}

Deno.test("parseTtml() hands a region down from body and div", () => {
  const body = `<body region="above"><div>${p("a")}${p("b", `region="below"`)}</div></body>`;
  assertEquals(cuesOf(document(body, LAYOUT)), [
    [1000, 2000, "a", "line:5% size:80%"],
    [1000, 2000, "b", "size:80%"],
  ]);
});

const drafts = ["http://www.w3.org/2006/10/ttaf1", "http://www.w3.org/2006/04/ttaf1"];
for (const namespace of drafts) {
  Deno.test(`parseTtml() reads the draft ${namespace}`, () => {
    const style = namespace.includes("10") ? "styling" : "style";
    const text = `<tt xmlns="${namespace}" xmlns:s="${namespace}#${style}"><body><div>` +
      `<p begin="0:00:01.0" end="00:00:02">no</p><p begin="00:00:01" end="00:00:02" s:color="red">x</p></div></body></tt>`;
    assertEquals(cuesOf(text), [[1000, 2000, "no"], [1000, 2000, "<c.red>x</c>"]]);
  });
}

Deno.test("parseTtml() reads a document without namespaces", () => {
  const text = `<tt><body><div><p begin="1s" end="2s" tts:color="red">x</p></div></body></tt>`;
  assertEquals(cuesOf(text), [[1000, 2000, "<c.red>x</c>"]]);
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
  Deno.test(`parseTtml() finds the profile "${profile}" in ${attributes}${head}`, () => {
    assertEquals(parseTtml(document(inBody(p("x")), head, attributes)).profile, profile);
  });
}

const warned: [what: string, body: string, warnings: string[]][] = [
  ["what is no time", `<body><div>\n<p begin="soon" end="2s">x</p></div></body>`, [
    `Cannot use line 2: begin="soon" is no time`,
  ]],
  ["what never ends", `<body><div>\n\n<p begin="1s">x</p></div></body>`, [
    "Cannot use line 3: nothing says when its text ends",
  ]],
  ["animations", inBody(p(`x<set begin="0.5s" tts:color="red"/>`)), [
    "Cannot say animations of TTML: text stays as it starts",
  ]],
  ["pictures", inBody(`<div smpte:backgroundImage="#a">${p("x")}</div>`), [
    "Cannot show the pictures of this TTML as text",
  ]],
];

for (const [what, body, warnings] of warned) {
  Deno.test(`parseTtml() warns of ${what}`, () => {
    assertEquals(parseTtml(document(body)).text.warnings, warnings);
  });
}

const forced: [body: string, forced: boolean][] = [
  [inBody(p("x")), false],
  [inBody(p("x", `itts:forcedDisplay="true"`)), true],
  [`<body itts:forcedDisplay="true"><div>${p("x")}${p("y")}</div></body>`, true],
  [inBody(p("x", `itts:forcedDisplay="true"`) + p("y")), false],
];

for (const [body, expected] of forced) {
  Deno.test(`parseTtml() says that ${body} is ${expected ? "" : "not "}forced`, () => {
    assertEquals(parseTtml(document(body)).forced, expected);
  });
}

Deno.test("parseTtml() refuses what is not TTML", () => {
  assertThrows(
    () => parseTtml("<html/>"),
    MediaError,
    "Cannot find TTML: the root element is <html>",
  );
});

Deno.test("parseTtml() refuses spans that change millions of times", () => {
  const spans = Array.from({ length: 3000 }, (_, i) => `<span begin="${i}ms">x</span>`).join("");
  const text = document(inBody(`<p begin="1s" end="9s">${spans}</p>`));
  assertThrows(() => parseTtml(text), MediaError, "change millions of times");
});
