import { assert, assertEquals, assertThrows } from "@std/assert";
import { MediaError } from "../../../lib/errors.ts";
import { parsePushedMpd } from "../../../lib/live/manifests/pushed_mpd.ts";
import { buildPushedMpd } from "./pushed_files.ts";

const TEMPLATE =
  '<SegmentTemplate initialization="$RepresentationID$/init.mp4" media="$RepresentationID$/$Number$.m4s"/>';

function wrap(inner: string, attributes = 'type="dynamic"'): string {
  return `<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" ${attributes}>${inner}</MPD>`;
}

function wrapSet(inner: string): string {
  return wrap(`<Period><AdaptationSet>${inner}</AdaptationSet></Period>`);
}

/** Names with the paths of a list that are an init segment or a segment of each. */
function listMatches(mpd: string, paths: readonly string[]): string[] {
  return parsePushedMpd(mpd).streams.map(({ name, isInit, isSegment }) =>
    [name, ...paths.filter((path) => isInit(path) || isSegment(path))].join(" ")
  );
}

Deno.test("parsePushedMpd() reads what ffmpeg writes", () => {
  const { isOver, streams } = parsePushedMpd(buildPushedMpd({ languages: ["und", "fra"] }));
  assertEquals(isOver, false);
  assertEquals(streams.map(({ name }) => name), ["0", "1"]);
  assertEquals(streams.map(({ declaration }) => declaration), [{}, { language: "fr" }]);
  assert(streams[1]!.isInit("init-stream1.m4s") && !streams[1]!.isInit("init-stream0.m4s"));
  assert(streams[1]!.isSegment("chunk-stream1-00012.m4s"));
  assert(!streams[0]!.isSegment("chunk-stream1-00012.m4s") && !streams[0]!.isExpected("x"));
  assertEquals(parsePushedMpd(buildPushedMpd({ isStatic: true })).isOver, true);
});

const paths = ["a/init.mp4", "a/1.m4s", "b/1.m4s", "p/a/1.m4s", "p/s/r/a/1.m4s", "../a/1.m4s"];

for (
  const [name, mpd, matches] of [
    [
      "on the AdaptationSet",
      wrapSet(`${TEMPLATE}<Representation id="a"/><Representation id="b"/>`),
      [
        "a a/init.mp4 a/1.m4s",
        "b b/1.m4s",
      ],
    ],
    [
      "on the Period",
      wrap(`<Period>${TEMPLATE}<AdaptationSet><Representation id="a"/></AdaptationSet></Period>`),
      [
        "a a/init.mp4 a/1.m4s",
      ],
    ],
    [
      "that is inherited in part",
      wrapSet(
        `${TEMPLATE}<Representation id="a"><SegmentTemplate media="b/$Time$.m4s"/></Representation>`,
      ),
      ["a a/init.mp4 b/1.m4s"],
    ],
    [
      "with BaseURL on each level",
      wrap(
        `<BaseURL>p/</BaseURL><Period><AdaptationSet><BaseURL>s/</BaseURL>${TEMPLATE}<Representation id="a"><BaseURL>r/x</BaseURL></Representation></AdaptationSet></Period>`,
      ),
      ["a p/s/r/a/1.m4s"],
    ],
    [
      "with an absolute BaseURL, that of viewers",
      wrap(
        `<BaseURL>https://cdn.example/live/</BaseURL><Period><AdaptationSet>${TEMPLATE}<Representation id="a"/></AdaptationSet></Period>`,
      ),
      ["a a/init.mp4 a/1.m4s"],
    ],
    [
      "above the directory",
      wrap(
        `<BaseURL>../</BaseURL><Period><AdaptationSet>${TEMPLATE}<Representation id="a"/></AdaptationSet></Period>`,
      ),
      [
        "a ../a/1.m4s",
      ],
    ],
    [
      "in the last of two Periods",
      wrap(
        `<Period><AdaptationSet>${TEMPLATE}<Representation id="x"/></AdaptationSet></Period><Period><AdaptationSet>${TEMPLATE}<Representation id="a"/></AdaptationSet></Period>`,
      ),
      ["a a/init.mp4 a/1.m4s"],
    ],
    [
      "beside a Representation without one",
      wrapSet(`<Representation id="t"/><Representation id="a">${TEMPLATE}</Representation>`),
      [
        "a a/init.mp4 a/1.m4s",
      ],
    ],
    [
      "with a prefix for the namespace",
      `<m:MPD xmlns:m="urn:mpeg:DASH:schema:MPD:2011"><m:Period><m:AdaptationSet>${
        TEMPLATE.replace("<S", "<m:S")
      }<m:Representation id="a"/></m:AdaptationSet></m:Period></m:MPD>`,
      ["a a/init.mp4 a/1.m4s"],
    ],
    ["of a name with other characters", wrapSet(`${TEMPLATE}<Representation id="é a"/>`), ["--a"]],
    ["without Representations yet", wrap("<Period/>"), []],
  ] as const
) {
  Deno.test(`parsePushedMpd() reads a SegmentTemplate ${name}`, () => {
    assertEquals(listMatches(mpd, paths), [...matches]);
  });
}

const many = Array.from({ length: 101 }, (_, i) => `<Representation id="${i}"/>`).join("");

for (
  const [name, text, message] of [
    ["another document", "<html/>", "Cannot find MPD: the document is a html"],
    ["no Period", wrap(""), "MPD: Cannot find Period"],
    [
      "no template",
      wrapSet('<Representation id="0"><SegmentList/></Representation>'),
      "MPD/Period: Cannot find a Representation with SegmentTemplate",
    ],
    [
      "no id",
      wrapSet(`${TEMPLATE}<Representation/>`),
      "MPD: Cannot read a Representation without an id",
    ],
    [
      "ids that differ in case",
      wrapSet(`${TEMPLATE}<Representation id="a"/><Representation id="A"/>`),
      "Cannot store two Representations with the id A",
    ],
    [
      "many Representations",
      wrapSet(TEMPLATE + many),
      "Cannot store 101 Representations, expected at most 100",
    ],
    [
      "an absolute template",
      wrapSet(
        '<SegmentTemplate initialization="http://x/i" media="$Number$"/><Representation id="a"/>',
      ),
      "Cannot use http://x/i of Representation a, expected a path relative to the MPD",
    ],
    ["deep elements", "<a>".repeat(200), "nested more than 100 deep"],
    ["an end that is missing", wrap("<Period>").replace("</MPD>", ""), "is not closed"],
    [
      "an entity for the name",
      `<!DOCTYPE MPD [<!ENTITY a "MPD">]><&a;/>`,
      "Cannot read line 1 as XML",
    ],
  ] as const
) {
  Deno.test(`parsePushedMpd() rejects ${name}`, () => {
    assertThrows(() => parsePushedMpd(text), MediaError, message);
  });
}

Deno.test("parsePushedMpd() expands no entities of a document", () => {
  const entities = `<!DOCTYPE MPD [<!ENTITY a "${"x".repeat(1000)}"><!ENTITY b "&a;&a;&a;&a;">]>`;
  const mpd = entities + wrapSet(`<Label>&b;</Label>${TEMPLATE}<Representation id="&b;"/>`);
  const [stream] = parsePushedMpd(mpd).streams;
  assertEquals([stream!.name, stream!.declaration.label], ["-b-", "&b;"]);
});
