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

const timings: [what: string, body: string, cues: Cue[]][] = [
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
  ["frames", inBody(`<p begin="30f" end="00:00:01:15">x</p>`), [[1000, 1500, "x"]]],
  ["no text", inBody(p(" ")), []],
  [
    "spans with times of the document",
    inBody(
      `<p begin="0:06.6" end="0:10.6"><span begin="0:06.6" end="0:07">a</span> <span begin="0:07" end="0:08">b</span></p>`,
    ),
    [[6600, 7000, "a"], [7000, 8000, "b"]],
  ],
  ["no cue with an unreadable time", inBody(`<p begin="soon" end="2s">x</p>${p("y")}`), [
    [1000, 2000, "y"],
  ]],
  ["text in unknown elements", inBody(p("a <i>b</i> <b>c</b> <x:y xmlns:x='z'>d</x:y>")), [
    [1000, 2000, "a <i>b</i> <b>c</b> d"],
  ]],
  ["paragraphs in unknown elements", `<body><section>${p("x")}</section></body>`, [
    [1000, 2000, "x"],
  ]],
  ["no metadata", inBody(p("a<ttm:desc>b</ttm:desc><metadata>c</metadata>")), [[1000, 2000, "a"]]],
  [
    "visible text in hidden elements",
    `<body tts:visibility="hidden"><div>${p("x")}${
      p("y", `tts:visibility="visible"`)
    }<p begin="3s" end="4s">x<span tts:visibility="visible">z</span></p></div></body>`,
    [[1000, 2000, "y"], [3000, 4000, "z"]],
  ],
  [
    "no text of elements without display",
    inBody(`<div tts:display="none">${p(`<span tts:display="auto">x</span>`)}</div>`),
    [],
  ],
];

const regions: [what: string, region: string, cues: Cue[]][] = [
  ["begin", `begin="1.5s"`, [[1500, 3000, "x"]]],
  ["end", `end="2s"`, [[1000, 2000, "x"]]],
  ["dur", `begin="2s" dur="0.5s"`, [[2000, 2500, "x"]]],
  ["an end before the cue", `end="1s"`, []],
];

for (const [what, attributes, cues] of regions) {
  Deno.test(`parseTtml() limits cues to ${what} of their region`, () => {
    const head = `<layout><region xml:id="r" ${attributes}/></layout>`;
    const text = document(inBody(`<p region="r" begin="1s" end="3s">x</p>`), head);
    assertEquals(parseCues(text).map((cue) => cue.slice(0, 3)), cues);
  });
}

Deno.test("parseTtml() shows hidden elements of a visible region only", () => {
  const head = `<layout><region xml:id="r" tts:visibility="hidden"/></layout>`;
  const body = inBody(p("x", `region="r"`) + p("y", `region="r" tts:visibility="visible"`));
  assertEquals(parseCues(document(body, head)).map(([, , text]) => text), ["y"]);
});

const languages: [body: string, language: string, parts: [language: string, texts: string[]][]][] =
  [
    [`<body xml:lang="fr"><div>${p("a")}</div></body>`, "fr", []],
    [`<body><div xml:lang="fra">${p("a")}</div></body>`, "fr", []],
    [`<body><div xml:lang="fr">${p("a")}${p("b", 'xml:lang="en"')}</div></body>`, "fr", []],
    [`<body>${p("a", 'xml:lang="fr"')}</body>`, "fr", []],
    [
      `<body><div xml:lang="en">${p("a")}</div><div xml:lang="ko">${p("b")}</div>` +
      `<div xml:lang="en">${p("c")}</div></body>`,
      "",
      [["en", ["a", "c"]], ["ko", ["b"]]],
    ],
    [`<body>${p("a")}<div xml:lang="ko">${p("b")}</div></body>`, "", [["", ["a"]], ["ko", ["b"]]]],
  ];

for (const [body, language, parts] of languages) {
  Deno.test(`parseTtml() finds the languages of ${body}`, () => {
    const content = parseTtml(document(body));
    assertEquals(content.language, language);
    const found = content.parts.map(({ language, webvtt }) => [
      language,
      webvtt.cues.map(({ text }) => text),
    ]);
    assertEquals(found, parts);
  });
}

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

const warned: [what: string, body: string, warnings: string[]][] = [
  ["an invalid time", `<body><div>\n<p begin="soon" end="2s">x</p></div></body>`, [
    `Line 2: begin="soon" is not a time, so the text is left out`,
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

Deno.test("parseTtml() rejects spans that repeat too much text", () => {
  const spans = Array.from({ length: 3000 }, (_, i) => `<span begin="${i}ms">x</span>`).join("");
  const text = document(inBody(`<p begin="1s" end="9s">${spans}</p>`));
  assertThrows(
    () => parseTtml(text),
    MediaError,
    "Cannot read TTML: its cues repeat more than",
  );
});

Deno.test("parseTtml() marks text from right to left that starts with other letters", () => {
  const body = inBody(`<p begin="1s" end="2s" tts:direction="rtl">DVD<br/>- مرحبا</p>`);
  assertEquals(parseCues(document(body)), [[1000, 2000, "\u200FDVD\n- مرحبا"]]);
});

Deno.test("parseTtml() rejects a long text with spans that change, and reads it without", () => {
  const read = (spans: number) => {
    const changes = Array.from({ length: spans }, (_, i) => `<span begin="${i + 1}ms">x</span>`);
    return parseTtml(document(inBody(p("a".repeat(60_000) + changes.join("")))));
  };
  assertEquals(read(30).webvtt.cues.length, 31);
  assertThrows(() => read(300), MediaError, "Cannot read TTML: its cues repeat more than");
});

Deno.test("parseTtml() ignores a paragraph of more than 64 KB with a warning", () => {
  const { webvtt } = parseTtml(document(inBody(p("a".repeat(2 ** 16 + 1)) + p("b"))));
  assertEquals(webvtt.cues.map(({ text }) => text), ["b"]);
  assertEquals(webvtt.warnings, ["Line 1: the paragraph exceeds 65536 bytes and is ignored"]);
});

Deno.test("parseTtml() separates 64 languages, but not more", () => {
  const read = (count: number) =>
    parseTtml(
      document(
        inBody(Array.from({ length: count }, (_, i) => p("a", `xml:lang="x-${i}"`)).join("")),
      ),
    );
  assertEquals(read(64).parts.length, 64);
  const { parts, webvtt } = read(65);
  assertEquals([parts.length, webvtt.cues.length], [0, 65]);
  assertEquals(webvtt.warnings, [
    "Its 65 languages, of which at most 64 are supported, are shown at once",
  ]);
});

Deno.test("parseTtml() keeps preserved spaces within a line, but not at its end", () => {
  const { cues } = parseTtml(document(inBody(p("a  b  \n  c  ", 'xml:space="preserve"')))).webvtt;
  assertEquals(cues.map(({ text }) => text), ["a  b\n  c"]);
});
