import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../lib/cli/usage_error.ts";
import { captureCommand } from "../../lib/packager/capture_command.ts";
import { CAPTURE_HELP, parseCaptureOptions } from "../../lib/packager/capture_options.ts";

const REQUIRED = ["-i", "live/news.json", "-o", "show"];
const PATHS = { input: "live/news.json", output: "show" };
const UTC = Date.UTC(2026, 10, 29, 20) * 1000;

const CASES: [args: string[], expected: object][] = [
  [[], {}],
  [["--from", "600"], { from: { seconds: 600 } }],
  [["--from", "0.5", "--to", "1200"], { from: { seconds: 0.5 }, to: { seconds: 1200 } }],
  [["--from", "2026-11-29T20:00Z"], { from: { utc: UTC } }],
  [["--from", "2026-11-29T20:00:00Z", "--to", "60"], { from: { utc: UTC }, to: { seconds: 60 } }],
  [["--to=2026-11-29T20:00:01.25Z"], { to: { utc: UTC + 1_250_000 } }],
  [["--to=2026-11-29T20:00:01.000001Z"], { to: { utc: UTC + 1_000_001 } }],
  [["-d", "6"], { segmentSeconds: 6 }],
];

for (const [args, expected] of CASES) {
  Deno.test(`parseCaptureOptions() reads ${args.join(" ") || "paths alone"}`, () => {
    assertEquals(parseCaptureOptions([...REQUIRED, ...args]), { ...PATHS, ...expected });
  });
}

const INVALID: [args: string[], message: string][] = [
  [["-o", "show"], "Cannot capture without -i, the channel file"],
  [["-i", "live/news.json"], "Cannot capture without -o, a directory"],
  [["-i", "live/news.mp4", "-o", "show"], "expected a name that ends in .json"],
  [["-i", "s3://a/news.json", "-o", "show"], "expected a local file"],
  [["-i", "live/news.json", "-o", "s3://a/show"], "expected a local directory"],
  [[...REQUIRED, "--from", "noon"], "expected UTC such as 2026-11-29T20:00:00Z, or seconds"],
  [[...REQUIRED, "--from", "2026-02-30T20:00:00Z"], "expected UTC"],
  [[...REQUIRED, "--from", "2026-11-29T20:00:00"], "expected UTC"],
  [[...REQUIRED, "--from", "20", "--to", "20"], "expected a time after --from"],
  [[...REQUIRED, "-d", "0"], "expected seconds from 0.5 to 3600"],
];

for (const [args, message] of INVALID) {
  Deno.test(`parseCaptureOptions() refuses ${args.join(" ")}`, () => {
    assertThrows(() => parseCaptureOptions(args), UsageError, message);
  });
}

Deno.test("captureCommand() prints its options and the version", async () => {
  const lines: string[] = [];
  const out = { line: (text: string) => void lines.push(text), warn() {} };
  await captureCommand(["--help"], out, { version: "1.2.3" });
  await captureCommand(["--version"], out, { version: "1.2.3" });
  assertEquals(lines, [CAPTURE_HELP, "amspackager 1.2.3"]);
});
