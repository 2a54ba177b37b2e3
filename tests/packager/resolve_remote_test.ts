import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../lib/cli/usage_error.ts";
import {
  parseRemoteOutput,
  resolveRemoteInput,
  usesOrigins,
} from "../../lib/packager/resolve_remote.ts";

const names: [output: string, input: string, name: string][] = [
  ["s3://m/a/v.json", "s3://m/a/b c.mp4", "b c.mp4"],
  ["s3://m/a/v.json", "s3://m/a/b/c.mp4", "b/c.mp4"],
  ["s3://m/v.json", "s3://m/a/b.mp4", "a/b.mp4"],
  ["s3://m/a/v.json", "s3://m/ab/c.mp4", "s3://m/ab/c.mp4"],
  ["s3://m/a/v.json", "s3://m/c d.mp4", "s3://m/c d.mp4"],
  ["s3://m/v.json", "s3://n/c.mp4", "s3://n/c.mp4"],
  ["s3://m/v.json", "s3://m/c.mp4?endpoint=http://a.example", "s3://m/c.mp4"],
  [
    "s3://m/v.json",
    "https://a.example/x%20y/b%20(c).mp4",
    "https://a.example/x%20y/b%20%28c%29.mp4",
  ],
  ["v.json", "s3://m/c.mp4?region=x", "s3://m/c.mp4"],
];

for (const [output, input, name] of names) {
  Deno.test(`resolveRemoteInput() names ${input} ${name} in ${output}`, () => {
    const found = resolveRemoteInput({ file: input, language: "fr" }, parseRemoteOutput(output))!;
    assertEquals([found.name, found.language, found.file], [name, "fr", input.split("?")[0]]);
  });
}

Deno.test("resolveRemoteInput() leaves local files to local packages", () => {
  assertEquals(resolveRemoteInput({ file: "a.mp4" }, undefined), undefined);
  const output = parseRemoteOutput("s3://m/v.json");
  assertThrows(() => resolveRemoteInput({ file: "a.mp4" }, output), UsageError, "into a bucket");
});

Deno.test("parseRemoteOutput() refuses web servers", () => {
  assertThrows(() => parseRemoteOutput("http://a.example/v.json"), UsageError, "web server");
  assertEquals(parseRemoteOutput("v.json"), undefined);
});

Deno.test("usesOrigins() finds URLs among output and inputs", () => {
  const [local, remote] = [{ file: "a.mp4" }, { file: "https://a.example/a.mp4" }];
  assertEquals(usesOrigins({ output: "v.json", inputs: [local] }), false);
  assertEquals(usesOrigins({ output: "v.json", inputs: [local, remote] }), true);
  assertEquals(usesOrigins({ output: "s3://m/v.json", inputs: [local] }), true);
});
