import { assertEquals, assertMatch } from "@std/assert";
import { MediaError } from "../../lib/errors.ts";
import { describeError, formatMessage } from "../../lib/log/message_line.ts";

const TIME_MS = Date.UTC(2026, 10, 24, 8, 0, 0, 123);
const TIME = "2026-11-24T08:00:00.123Z";

Deno.test("formatMessage() writes level, file and message", () => {
  const message = { level: "warn", file: "a b.json", message: "Text" } as const;
  assertEquals(formatMessage("text", TIME_MS, message), `${TIME} a\\u{20}b.json: Text`);
  assertEquals(JSON.parse(formatMessage("json", TIME_MS, message)), { time: TIME, ...message });
});

Deno.test("formatMessage() forges no line", () => {
  const message = { level: "info", message: "Text\nmore ж" } as const;
  assertEquals(formatMessage("text", TIME_MS, message), `${TIME} Text\\u{a}more \\u{436}`);
});

const MESSAGES: [file: string, message: string, written: string][] = [
  ["a.mp4", "a.mp4: track 2 is left out", "track 2 is left out"],
  ["d/a.mp4", "d/a.mp4: Cannot read it", "Cannot read it"],
  ["d/a.mp4", "a.mp4: track 2 is left out", "track 2 is left out"],
  ["d/v.json", "a.mp4: track 2 is left out", "a.mp4: track 2 is left out"],
  ["d", "d.mp4: track 2 is left out", "d.mp4: track 2 is left out"],
];

for (const [file, message, written] of MESSAGES) {
  Deno.test(`formatMessage() writes "${message}" of ${file} without repeating its name`, () => {
    const entry = { level: "warn", file, message } as const;
    assertEquals(formatMessage("text", TIME_MS, entry), `${TIME} ${file}: ${written}`);
    const json = JSON.parse(formatMessage("json", TIME_MS, entry));
    assertEquals([json.file, json.message], [file, written]);
  });
}

Deno.test("formatMessage() writes 2,048 characters of the name of a file", () => {
  const entry = { level: "warn", file: "a".repeat(60_000), message: "Text" } as const;
  const written = `${"a".repeat(2045)}...`;
  assertEquals(formatMessage("text", TIME_MS, entry), `${TIME} ${written}: Text`);
  assertEquals(JSON.parse(formatMessage("json", TIME_MS, entry)).file, written);
});

Deno.test("formatMessage() contains no token", () => {
  const message = "Cannot read '/.t/SECRET/a.json'";
  const entry = { level: "error", file: ".t/SECRET/a.json", message } as const;
  for (const format of ["text", "json"] as const) {
    assertEquals(formatMessage(format, TIME_MS, entry).includes("SECRET"), false);
    assertMatch(formatMessage(format, TIME_MS, entry), /Cannot read '\/\.t\/-\/a\.json'/);
  }
});

Deno.test("describeError() returns the stack of internal errors only", () => {
  assertEquals(describeError("text"), "text");
  assertEquals(describeError(new MediaError("Cannot").inFile("a.mp4")), "a.mp4: Cannot");
  assertMatch(describeError(new TypeError("oh")), /^TypeError: oh\n.*message_line_test/);
});
