import { assert, assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../lib/cli/usage_error.ts";
import type { MetadataOptions } from "../../lib/packager/metadata_options.ts";
import { parsePackagerOptions } from "../../lib/packager/options.ts";

const parse = (...args: string[]) => parsePackagerOptions(["-o", "o", "-i", "a", ...args]);

const cases: [args: string[], expected: MetadataOptions | undefined][] = [
  [[], undefined],
  [["--title", "The film, 2nd"], { title: "The film, 2nd" }],
  [["--description", "One.\nTwo.", "--poster=a/b.jpg", "--chapters", "c.vtt"], {
    description: "One.\nTwo.",
    poster: "a/b.jpg",
    chapters: "c.vtt",
  }],
];

for (const [args, expected] of cases) {
  Deno.test(`readMetadataOptions() reads ${JSON.stringify(args)}`, () => {
    const options = parse(...args);
    assert(typeof options === "object" && "inputs" in options);
    assertEquals(options.metadata, expected);
  });
}

const refused: [args: string[], message: string][] = [
  [["--title", "a\nb"], "expected 1 to 500 characters on one line"],
  [["--title", "a".repeat(501)], "expected 1 to 500 characters on one line"],
  [["--title"], "Cannot use --title without a value"],
  [["--description", "\u0007"], "expected 1 to 2000 characters, without control characters"],
  [["--poster", "a.jpg", "--poster", "b.jpg"], "Cannot use --poster twice"],
];

for (const [args, message] of refused) {
  Deno.test(`readMetadataOptions() refuses ${JSON.stringify(args).slice(0, 60)}`, () => {
    assertThrows(() => parse(...args), UsageError, message);
  });
}
