import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { documentText } from "../documents.ts";
import { formatScale, parseScaleOptions } from "./scale_report.ts";

function parse(...args: string[]) {
  const options = parseScaleOptions(args);
  assert(typeof options !== "string", `${options}`);
  return options;
}

Deno.test("docs/scale.md has the tables of the defaults", () => {
  const tables = formatScale(parse());
  assertEquals(tables.length, 3);
  for (const table of tables) assertStringIncludes(documentText("docs/scale.md"), `\n${table}\n`);
});

Deno.test("parseScaleOptions() takes a value for each parameter, and a column for each hit rate", () => {
  const args = ["--viewers", "50000", "--edge-hits", "0,0.5,1", "--row-hits=0.25"];
  const { edgeHits, values } = parse(...args);
  assertEquals([edgeHits, values.viewers, values.rowHits], [[0, 0.5, 1], 50000, 0.25]);
  assertEquals(values.segmentSeconds, parse().values.segmentSeconds);
  const [parameters, capacity, costs] = formatScale({ edgeHits, values });
  assertStringIncludes(parameters!, " 50,000 |");
  assertEquals(/^\|(.*)\|\n/.exec(capacity!)![1]!.split("|").map((it) => it.trim()), [
    "hits of the CDN",
    "0 %",
    "50 %",
    "100 %",
  ]);
  assertStringIncludes(costs!, "| delivery by the CDN ");
});

const INVALID: [args: string[], message: string][] = [
  [["--viewer", "5"], "Cannot use --viewer: "],
  [["five"], "Cannot use five: "],
  [["--viewers", "five"], "Cannot use this value of --viewers: "],
  [["--viewers="], "Cannot use this value of --viewers: "],
  [["--viewers=-1"], "Cannot use this value of --viewers: "],
  [["--segment-seconds", "0"], "Cannot use this value of --segment-seconds: "],
  [["--row-hits", "80"], "Cannot use this value of --row-hits: "],
  [["--edge-hits", "0.9,95"], "Cannot use this value of --edge-hits: "],
  [["--help"], "deno task scale [--edge-hits N] [--viewers N] "],
];

for (const [args, message] of INVALID) {
  Deno.test(`parseScaleOptions() answers ${args.join(" ")} with a message`, () => {
    const result = parseScaleOptions(args);
    assert(typeof result === "string");
    assertEquals(result.slice(0, message.length), message);
  });
}
