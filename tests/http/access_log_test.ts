import { assertEquals, assertMatch } from "@std/assert";
import { MediaError, RequestError } from "../../lib/errors.ts";
import { BodyFactory } from "../../lib/http/body.ts";
import { Cors } from "../../lib/http/cors.ts";
import {
  AccessLog,
  describeError,
  formatMessage,
  formatRequest,
} from "../../lib/http/access_log.ts";
import { type Resource, REVALIDATED } from "../../lib/http/resource.ts";
import { Responder } from "../../lib/http/responder.ts";

const time = new Date("2026-11-24T08:00:00.123Z");

const responder = new Responder(new Cors([]), new BodyFactory());
const resource: Resource = {
  file: "a",
  type: "text/plain",
  etag: '"e"',
  size: 5,
  caching: REVALIDATED,
  body: new Uint8Array(5),
};

function createEntry(rawPath: string, error?: unknown, method = "GET") {
  const request = { method, rawPath, headers: new Headers() };
  const response = error === undefined
    ? responder.respond(request, resource) as Response
    : responder.respondWithError(request, error);
  return { receivedAtMs: time.getTime(), durationMs: 1.2345, request, response };
}

const lines: [line: string, ...Parameters<typeof createEntry>][] = [
  ["2026-11-24T08:00:00.123Z GET /a 200 5 1.2ms", "/a"],
  ["2026-11-24T08:00:00.123Z HEAD /a 200 0 1.2ms", "/a", undefined, "HEAD"],
  [
    "2026-11-24T08:00:00.123Z GET /b 404 65 1.2ms NOT_FOUND \"Cannot find 'b'\"",
    "/b",
    new RequestError("NOT_FOUND", "Cannot find 'b'"),
  ],
  [
    "2026-11-24T08:00:00.123Z GET /\\u{a}\\u{20}ж\\u{202e} 200 5 1.2ms".replace("ж", "\\u{436}"),
    "/\n ж\u202e",
  ],
];

for (const [line, ...request] of lines) {
  Deno.test(`formatRequest() writes ${line}`, () => {
    assertEquals(formatRequest("text", createEntry(...request)), line);
  });
}

Deno.test("formatRequest() writes JSON", () => {
  const error = new MediaError("Cannot read it", "MEDIA_READ").inFile("a.mp4");
  assertEquals(JSON.parse(formatRequest("json", createEntry("/a b\n", error))), {
    time: "2026-11-24T08:00:00.123Z",
    method: "GET",
    path: "/a b\n",
    status: 500,
    bytes: 72,
    ms: 1.2,
    code: "MEDIA_READ",
    reason: "a.mp4: Cannot read it",
  });
});

for (const format of ["text", "json"] as const) {
  Deno.test(`formatRequest() writes the stack of an internal error on one line: ${format}`, () => {
    const line = formatRequest(format, createEntry("/a", new TypeError("oh")));
    assertMatch(line, /INTERNAL.*TypeError: oh\\n.*log_test/);
    assertEquals(line.includes("\n"), false);
  });
}

const LONG_PATHS: [what: string, path: string, written: string][] = [
  ["2,048 characters", `/${"a".repeat(2047)}`, `/${"a".repeat(2047)}`],
  ["60,000 characters", `/${"a".repeat(59_999)}`, `/${"a".repeat(2044)}...`],
  [
    "1,000 characters that are escaped",
    "\u202e".repeat(1000),
    `${"\\u{202e}".repeat(255)}\\u{20...`,
  ],
];

for (const [what, path, written] of LONG_PATHS) {
  Deno.test(`formatRequest() writes 2,048 characters of a path of ${what}`, () => {
    assertEquals(formatRequest("text", createEntry(path)).split(" ")[2], written);
    const file = formatMessage("text", time, { file: path, message: "Text" });
    assertEquals(file, `${time.toISOString()} ${written}: Text`);
  });
}

Deno.test("formatRequest() writes 2,048 characters of a path and of a reason as JSON", () => {
  const path = "a".repeat(60_000);
  const error = new RequestError("NOT_FOUND", `Cannot find '${path}'`);
  const line = JSON.parse(formatRequest("json", createEntry(path, error)));
  assertEquals([line.path, line.reason.length], [`${path.slice(0, 2045)}...`, 2048]);
  const message = JSON.parse(formatMessage("json", time, { file: path, message: "Text" }));
  assertEquals(message.file, line.path);
  const text = formatRequest("text", createEntry(path, error));
  assertEquals(text.length < 5000, true);
});

Deno.test("formatMessage() writes the file and the message", () => {
  const message = { file: "a b.json", message: "Text" };
  assertEquals(
    formatMessage("text", time, message),
    "2026-11-24T08:00:00.123Z a\\u{20}b.json: Text",
  );
  assertEquals(JSON.parse(formatMessage("json", time, message)), {
    time: time.toISOString(),
    ...message,
  });
});

const messages: [file: string, message: string, written: string][] = [
  ["a.mp4", "a.mp4: track 2 is left out", "track 2 is left out"],
  ["d/a.mp4", "d/a.mp4: Cannot read it", "Cannot read it"],
  ["d/a.mp4", "a.mp4: track 2 is left out", "track 2 is left out"],
  ["d/v.json", "a.mp4: track 2 is left out", "a.mp4: track 2 is left out"],
  ["d", "d.mp4: track 2 is left out", "d.mp4: track 2 is left out"],
];

for (const [file, message, written] of messages) {
  Deno.test(`formatMessage() writes "${message}" of ${file} without repeating its name`, () => {
    const line = formatMessage("text", time, { file, message });
    assertEquals(line, `${time.toISOString()} ${file}: ${written}`);
    const json = JSON.parse(formatMessage("json", time, { file, message }));
    assertEquals([json.file, json.message], [file, written]);
  });
}

Deno.test("describeError() returns the stack of internal errors only", () => {
  assertEquals(describeError("text"), "text");
  assertEquals(describeError(new MediaError("Cannot").inFile("a.mp4")), "a.mp4: Cannot");
  assertMatch(describeError(new TypeError("oh")), /^TypeError: oh\n.*log_test/);
});

Deno.test("AccessLog writes lines in batches and loses none", () => {
  const written: string[] = [];
  const log = new AccessLog("text", (lines) => written.push(lines));
  log.logRequest(createEntry("/a"));
  log.logMessage({ message: "Text" });
  assertEquals(written, []);
  log.flush();
  assertMatch(written[0]!, /^\S+ GET \/a 200 5 1.2ms\n\S+ Text\n$/);
  log.flush();
  assertEquals(written.length, 1);
  for (let i = 0; i < 1000; i++) log.logRequest(createEntry("/a"));
  assertEquals(written.length > 1, true); // flushed before the timer
  log.flush();
  assertEquals(written.join("").split("\n").length, 1003);
});

Deno.test("AccessLog writes messages only if the format is none", () => {
  const written: string[] = [];
  const log = new AccessLog("none", (lines) => written.push(lines));
  log.logRequest(createEntry("/a"));
  log.logMessage({ message: "Text" });
  log.flush();
  assertMatch(written.join(), /^\S+ Text\n$/);
});
