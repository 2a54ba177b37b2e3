import { assertEquals, assertThrows } from "@std/assert";
import { ROLES } from "../../lib/package/role.ts";
import { type PackagerOptions, parsePackagerOptions } from "../../lib/packager/options.ts";
import { UsageError } from "../../lib/cli/usage_error.ts";

const options: [line: string, expected: PackagerOptions][] = [
  [
    "-o video.json -d 8 -i a.mp4 -i b.mp4 -l eng -i sub.fr.vtt -l fra",
    {
      output: "video.json",
      segmentDuration: 8,
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
      segmentDuration: 3.84,
      inputs: [{ file: "a.mp4", language: "fra" }, { file: "b=c.mp4" }],
    },
  ],
  [
    "-o o -i v.mp4 --captions CC1=eng,SERVICE63=spa -i a.mp4 --label Original --role main --default -l eng -i b.mp4 --default --role=dub",
    {
      output: "o",
      segmentDuration: 10,
      inputs: [
        {
          file: "v.mp4",
          captions: [{ channel: "CC1", language: "eng" }, {
            channel: "SERVICE63",
            language: "spa",
          }],
        },
        { file: "a.mp4", label: "Original", role: "main", default: true, language: "eng" },
        { file: "b.mp4", default: true, role: "dub" },
      ],
    },
  ],
  ["-o o -i a --role forced-subtitle --label=-x", {
    output: "o",
    segmentDuration: 10,
    inputs: [{ file: "a", role: "forced", label: "-x" }],
  }],
  ["-i 7 -o 5", { output: "5", segmentDuration: 10, inputs: [{ file: "7" }] }],
  ["-i true -o 0x1", { output: "0x1", segmentDuration: 10, inputs: [{ file: "true" }] }],
  ["-i ./-a.mp4 -o o -d 0.5", {
    output: "o",
    segmentDuration: 0.5,
    inputs: [{ file: "./-a.mp4" }],
  }],
  ["-i a -o o -d 3600", { output: "o", segmentDuration: 3600, inputs: [{ file: "a" }] }],
];

for (const [line, expected] of options) {
  Deno.test(`parseAmsOptions() understands ${line}`, () => {
    assertEquals(parsePackagerOptions(line.split(" ")), expected);
  });
}

Deno.test("parseAmsOptions() keeps spaces, commas and dots in names", () => {
  const { inputs } = parsePackagerOptions([
    "-o",
    "a b.json",
    "-i",
    "c, d.e.mp4",
  ]) as PackagerOptions;
  assertEquals(inputs, [{ file: "c, d.e.mp4" }]);
});

for (const line of ["-h", "--help", "-i a --help", "--help -x", "--version --help"]) {
  Deno.test(`parseAmsOptions() answers ${line} with the help`, () => {
    assertEquals(parsePackagerOptions(line.split(" ")), "help");
  });
}

Deno.test("parseAmsOptions() answers --version", () => {
  assertEquals(parsePackagerOptions(["--version"]), "version");
});

const CHANNELS = "CC1=eng is wanted, with CC1 to CC4 or SERVICE1 to SERVICE63";

const faults: [line: string, message: string][] = [
  ["", "Cannot package without -o, the file to write"],
  ["-i a", "Cannot package without -o, the file to write"],
  ["-o o", "Cannot package without -i, a file to read"],
  ["-o o -i a b", 'Cannot use "b": files are named with -i'],
  ["a -o o -i b", 'Cannot use "a": files are named with -i'],
  ["-o o -i a -- -b", 'Cannot use "-b": files are named with -i'],
  ["-o o -i a -", 'Cannot use "-": files are named with -i'],
  ["-o o -i a -x", 'Cannot understand "-x": see --help'],
  ["-o o -i a --inptu=b", 'Cannot understand "--inptu=b": see --help'],
  ["-o o -i a --no-input b", 'Cannot understand "--no-input": see --help'],
  ["-o o -i a --constructor=1", 'Cannot understand "--constructor=1": see --help'],
  ["-o o -i a --__proto__ 1", 'Cannot understand "--__proto__": see --help'],
  ["-o o -i a --a.b 1", 'Cannot understand "--a.b": see --help'],
  ["-o o -i", "Cannot use -i without a value"],
  ["-o o -i -d 8", "Cannot use -i without a value"],
  ["-i a --output --input b", "Cannot use --output without a value"],
  ["-i a --output=", "Cannot use --output= without a value"],
  ["-o o -o p -i a", "Cannot use -o twice"],
  ["-o o --output p -i a", "Cannot use --output twice"],
  ["-o o -i a -d 8 -d 8", "Cannot use -d twice"],
  ["-o o -l eng -i a", 'Cannot use -l "eng": no -i stands before it'],
  ["-o o -i a -l eng -l fra", 'Cannot use -l "fra": its -i has one'],
  ["-o o -i a -l en", 'Cannot use language "en": three letters of ISO 639-2 are wanted'],
  ["-o o -i a -l FRA", 'Cannot use language "FRA": three letters of ISO 639-2 are wanted'],
  ["-o o -i a -l x\ny", 'Cannot use language "x\\ny": three letters of ISO 639-2 are wanted'],
  ["-o o --label x -i a", 'Cannot use --label "x": no -i stands before it'],
  ["-o o --default -i a", "Cannot use --default: no -i stands before it"],
  ["-o o -i a --label x --label y", 'Cannot use --label "y": its -i has one'],
  ["-o o -i a --default --default", "Cannot use --default: its -i has one"],
  ["-o o -i a --default b", 'Cannot use --default with "b": it has no value'],
  ["-o o -i a --default=yes", 'Cannot use --default with "yes": it has no value'],
  ["-o o -i a --label", "Cannot use --label without a value"],
  ["-o o -i a --label x\ny", 'Cannot use label "x\\ny": text on one line is wanted'],
  ["-o o -i a --role x", `Cannot use role "x": one of ${ROLES.join(", ")} is wanted`],
  ["-o o -i a --role toString", `Cannot use role "toString": one of ${ROLES.join(", ")} is wanted`],
  ["-o o -i a --captions CC5=eng", `Cannot use captions "CC5=eng": ${CHANNELS}`],
  ["-o o -i a --captions CC1", `Cannot use captions "CC1": ${CHANNELS}`],
  ["-o o -i a --captions CC1=eng,", `Cannot use captions "": ${CHANNELS}`],
  ["-o o -i a --captions CC1=en", `Cannot use captions "CC1=en": ${CHANNELS}`],
  [
    "-o o -i a --captions CC1=eng,CC1=fra",
    'Cannot use captions "CC1=eng,CC1=fra": CC1 is there twice',
  ],
  ["-o o -i a -d x", 'Cannot use duration "x": seconds from 0.5 to 3600 are wanted'],
  ["-o o -i a -d 0", 'Cannot use duration "0": seconds from 0.5 to 3600 are wanted'],
  ["-o o -i a -d 0.49", 'Cannot use duration "0.49": seconds from 0.5 to 3600 are wanted'],
  ["-o o -i a -d 3600.1", 'Cannot use duration "3600.1": seconds from 0.5 to 3600 are wanted'],
  ["-o o -i a -d 8s", 'Cannot use duration "8s": seconds from 0.5 to 3600 are wanted'],
  ["-o o -i a -d 1e1", 'Cannot use duration "1e1": seconds from 0.5 to 3600 are wanted'],
  ["-o o -i a -d=-8", 'Cannot use duration "-8": seconds from 0.5 to 3600 are wanted'],
];

for (const [line, message] of faults) {
  Deno.test(`parseAmsOptions() refuses ${JSON.stringify(line)}`, () => {
    const error = assertThrows(
      () => parsePackagerOptions(line.split(" ").filter(Boolean)),
      UsageError,
    );
    assertEquals(error.message, message);
  });
}
