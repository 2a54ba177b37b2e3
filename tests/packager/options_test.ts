import { assertEquals, assertThrows } from "@std/assert";
import {
  type EachOptions,
  PACKAGER_COMMAND,
  type PackagerOptions,
  parsePackagerOptions,
} from "../../lib/packager/options.ts";
import { UsageError } from "../../lib/cli/usage_error.ts";

const DEFAULTS = { segmentSeconds: 10, exact: false, json: false, quiet: false, dryRun: false };

const options: [line: string, expected: Partial<PackagerOptions>][] = [
  [
    "-o video.json -d 8 -i a.mp4 -i b.mp4 -l eng -i sub.fr.vtt -l fra",
    {
      output: "video.json",
      segmentSeconds: 8,
      inputs: [
        { file: "a.mp4" },
        { file: "b.mp4", language: "eng" },
        { file: "sub.fr.vtt", language: "fra" },
      ],
    },
  ],
  [
    "--input a.mp4 --language=fra --input=b=c.mp4 --duration=3.84 --output x/y.json",
    {
      output: "x/y.json",
      segmentSeconds: 3.84,
      inputs: [{ file: "a.mp4", language: "fra" }, { file: "b=c.mp4" }],
    },
  ],
  [
    "-o o -i v.mp4 --captions CC1=eng,SERVICE63=spa -i a.mp4 --label Original --role main --default -l eng -i b.mp4 --default --role=dub",
    {
      output: "o",
      inputs: [
        {
          file: "v.mp4",
          captions: [{ channel: "CC1", language: "en" }, {
            channel: "SERVICE63",
            language: "es",
          }],
        },
        { file: "a.mp4", label: "Original", role: "main", default: true, language: "eng" },
        { file: "b.mp4", default: true, role: "dub" },
      ],
    },
  ],
  ["-o o -i a --role forced-subtitle --label=-x", {
    output: "o",
    inputs: [{ file: "a", role: "forced", label: "-x" }],
  }],
  ["-i 7 -o 5", { output: "5", inputs: [{ file: "7" }] }],
  ["-i true -o 0x1", {
    output: "0x1",
    inputs: [{ file: "true" }],
  }],
  ["-i ./-a.mp4 -o o -d 0.5", {
    output: "o",
    segmentSeconds: 0.5,
    inputs: [{ file: "./-a.mp4" }],
  }],
  ["-i a -o o -d 3600", {
    output: "o",
    segmentSeconds: 3600,
    inputs: [{ file: "a" }],
  }],
];

options.push(
  ["-o o a.mp4 b.mp4", { output: "o", inputs: [{ file: "a.mp4" }, { file: "b.mp4" }] }],
  ["a.mp4 -l eng -o o -d 8 -i b.mp4 --label B c.mp4 --default d.mp4", {
    output: "o",
    segmentSeconds: 8,
    inputs: [
      { file: "a.mp4", language: "eng" },
      { file: "b.mp4", label: "B" },
      { file: "c.mp4", default: true },
      { file: "d.mp4" },
    ],
  }],
  ["-o o -- -a.mp4 -l", { output: "o", inputs: [{ file: "-a.mp4" }, { file: "-l" }] }],
  ["-o o ./verify verify", { output: "o", inputs: [{ file: "./verify" }, { file: "verify" }] }],
  ["-o - a --quiet", { output: "-", quiet: true, inputs: [{ file: "a" }] }],
  ["-o o --json a --dry-run b --sidecars", {
    ...{ output: "o", json: true, dryRun: true, sidecars: true },
    inputs: [{ file: "a" }, { file: "b" }],
  }],
);

for (const [line, expected] of options) {
  Deno.test(`parsePackagerOptions() parses ${line}`, () => {
    const options = { ...DEFAULTS, output: "", sidecars: false, inputs: [], ...expected };
    assertEquals(parsePackagerOptions(line.split(" ")), options);
  });
}

Deno.test("parsePackagerOptions() parses --each", () => {
  const expected: EachOptions = { ...DEFAULTS, each: "films", force: false };
  assertEquals(parsePackagerOptions(["--each", "films"]), expected);
  const args = ["--force", "--each=a", "-d", "4", "--exact", "-q", "--json", "--dry-run"];
  const all = { force: true, exact: true, quiet: true, json: true, dryRun: true };
  assertEquals(parsePackagerOptions(args), { each: "a", segmentSeconds: 4, ...all });
});

Deno.test("parsePackagerOptions() preserves spaces, commas and dots in paths", () => {
  const { inputs } = parsePackagerOptions([
    "-o",
    "a b.json",
    "-i",
    "c, d.e.mp4",
  ]) as PackagerOptions;
  assertEquals(inputs, [{ file: "c, d.e.mp4" }]);
});

for (const line of ["-h", "--help", "-i a --help", "--help -x", "--version --help"]) {
  Deno.test(`parsePackagerOptions() returns help for ${line}`, () => {
    assertEquals(parsePackagerOptions(line.split(" ")), "help");
  });
}

Deno.test("parsePackagerOptions() returns version for --version", () => {
  assertEquals(parsePackagerOptions(["--version"]), "version");
});

const LANGUAGES =
  "expected a BCP 47 tag such as fr, pt-BR or zh-Hant, or three letters of ISO 639-2";
const COMMANDS = "expected verify, seal, channel or capture, or -o FILE";
const SECONDS = "expected seconds from 0.5 to 3600";

const refused: [line: string, message: string][] = [
  ["", "Cannot package without -o, the file to write, such as -o video.json"],
  ["-i a", "Cannot package without -o, the file to write, such as -o video.json"],
  ["-o o", "Cannot package without a file to read"],
  ["verfy x.json", `Cannot use "verfy": ${COMMANDS}`],
  ["a.mp4", "Cannot package without -o, the file to write, such as -o video.json"],
  ["-o - a --json", "Cannot use --json with -o -: both write to standard output"],
  ["-o o a --force", "Cannot use --force without --each"],
  ["--each", "Cannot use --each without a value: expected a local directory"],
  ["--each s3://a/b", 'Cannot use --each "s3://a/b": expected a local directory'],
  ["--each d -o o", "Cannot use -o with --each, which names packages"],
  ["--each d a.mp4", 'Cannot use "a.mp4" with --each, which finds files'],
  ["--each d -l eng", 'Cannot use -l "eng": expected an input file before it'],
  ["--each d --title x", "Cannot use --title with --each: expected a single asset"],
  ["--each d --content x", "Cannot use --content without --protect"],
  [
    "--each d --protect cbcs --content x",
    "Cannot use --protect with --each: expected a single asset",
  ],
  ["-o o -i a -x", 'Cannot use "-x": unknown, see amspackager --help'],
  ["-o o -i a --inptu=b", 'Cannot use "--inptu": unknown, did you mean --input?'],
  ["-o o -i a --no-input b", 'Cannot use "--no-input": unknown, did you mean --input?'],
  ["-o o -i a --constructor=1", 'Cannot use "--constructor": unknown, see amspackager --help'],
  ["-o o -i a --__proto__ 1", 'Cannot use "--__proto__": unknown, see amspackager --help'],
  ["-o o -i a --a.b 1", 'Cannot use "--a.b": unknown, see amspackager --help'],
  ["-o o -i", "Cannot use -i without a value: expected a file"],
  ["-o o -i -d 8", "Cannot use -i without a value: expected a file"],
  ["-i a --output --input b", "Cannot use --output without a value: expected a file"],
  ["-i a --output=", "Cannot use --output without a value: expected a file"],
  ["-o o -o p -i a", "Cannot use -o twice"],
  ["-o o --output p -i a", "Cannot use --output twice: -o is the same option"],
  ["-o o -i a -d 8 -d 8", "Cannot use -d twice"],
  ["-o o -l eng -i a", 'Cannot use -l "eng": expected an input file before it'],
  ["-o o -i a -l eng -l fra", 'Cannot use -l "fra": expected once per input file'],
  ["-o o -i a -l xyz", `Cannot use -l "xyz": ${LANGUAGES}`],
  ["-o o -i a --default=yes", 'Cannot use --default with "yes": expected no value'],
  ["-o o -i a --label", "Cannot use --label without a value: expected text on one line"],
  [
    "-o o -i a --label -x",
    'Cannot use --label without a value: expected text on one line; write --label=VALUE if the value begins with "-"',
  ],
  ["-o o -i a -d x", `Cannot use -d "x": ${SECONDS}`],
  ["-o o -i a -d 0", `Cannot use -d "0": ${SECONDS}`],
  ["-o o -i a -d 0.49", `Cannot use -d "0.49": ${SECONDS}`],
  ["-o o -i a -d 3600.1", `Cannot use -d "3600.1": ${SECONDS}`],
  ["-o o -i a -d 8s", `Cannot use -d "8s": ${SECONDS}`],
  ["-o o -i a -d 1e1", `Cannot use -d "1e1": ${SECONDS}`],
  ["-o o -i a -d=-8", `Cannot use -d "-8": ${SECONDS}`],
];

for (const [line, message] of refused) {
  Deno.test(`parsePackagerOptions() refuses ${JSON.stringify(line)}`, () => {
    const error = assertThrows(
      () => parsePackagerOptions(line.split(" ").filter(Boolean)),
      UsageError,
    );
    assertEquals(error.message, message);
  });
}

Deno.test("parsePackagerOptions() refuses an empty input", () => {
  const message = 'Cannot package "": expected a file';
  for (const args of [["-o", "o", ""], ["-o", "o", "a", ""]]) {
    assertThrows(() => parsePackagerOptions(args), UsageError, message);
  }
});

Deno.test("parsePackagerOptions() parses the example of the help", () => {
  const { inputs } = parsePackagerOptions(PACKAGER_COMMAND.example.split(" ")) as PackagerOptions;
  assertEquals(inputs.map(({ language }) => language), [undefined, "eng", "fra"]);
});
