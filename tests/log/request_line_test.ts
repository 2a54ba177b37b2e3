import { assert, assertEquals, assertMatch } from "@std/assert";
import { MediaError, RequestError } from "../../lib/errors.ts";
import { formatRequest } from "../../lib/log/request_line.ts";
import { SourceUsage } from "../../lib/source_usage.ts";
import { createEntry } from "./entry.ts";

const TIME = "2026-11-24T08:00:00.123Z";
const FORMATS = ["text", "json", "combined"] as const;

const notFound = new RequestError("NOT_FOUND", "Cannot find 'b'");

const LINES: [line: string, ...Parameters<typeof createEntry>][] = [
  [`${TIME} GET /a 200 5 1.2ms 192.0.2.7`, "/a"],
  [`${TIME} HEAD /a 200 0 1.2ms 192.0.2.7`, "/a", { method: "HEAD" }],
  [
    `${TIME} GET /b 404 65 1.2ms 192.0.2.7 NOT_FOUND "Cannot find 'b'"`,
    "/b",
    { error: notFound },
  ],
  [`${TIME} GET /\\u{a}\\u{20}\\u{436}\\u{202e} 200 5 1.2ms 192.0.2.7`, "/\n ж\u202e"],
];

for (const [line, ...request] of LINES) {
  Deno.test(`formatRequest() writes ${line}`, () => {
    assertEquals(formatRequest("text", createEntry(...request)), line);
  });
}

const notAllowed = new RequestError("METHOD_NOT_ALLOWED", "Cannot use the method PUT");

for (const format of FORMATS) {
  Deno.test(`formatRequest() writes no key of an encoder that publishes to the port of viewers, as ${format}`, () => {
    const options = { method: "PUT", error: notAllowed };
    const line = formatRequest(format, createEntry("/live/news.json/KEY/feed.mp4", options));
    assertMatch(line, /\/live\/news\.json\/-["\s]/);
    assertEquals(line.includes("KEY"), false);
  });
}

const parseLine = (...request: Parameters<typeof createEntry>) =>
  JSON.parse(formatRequest("json", createEntry(...request)));

Deno.test("formatRequest() writes JSON with all fields, in this order", () => {
  const source = new SourceUsage();
  source.begin(0);
  source.add({ requests: 2, bytes: 300 });
  source.end(12.34);
  const line = formatRequest(
    "json",
    createEntry('/a "b"\n', {
      error: new MediaError("Cannot read it", "MEDIA_READ").inFile("a.mp4"),
      headers: {
        "x-request-id": "id-1",
        range: "bytes=0-1",
        "user-agent": 'Player/1 "x"',
        "cmcd-object": "br=3200,ot=v",
      },
      category: { protocol: "cmaf", kind: "segment" },
      cache: "hit",
      source,
    }),
  );
  const expected = {
    time: TIME,
    level: "error",
    id: "id-1",
    client: "192.0.2.7",
    method: "GET",
    path: '/a "b"\n',
    status: 500,
    code: "MEDIA_READ",
    bytes: 72,
    range: "bytes=0-1",
    ms: 1.2,
    protocol: "cmaf",
    kind: "segment",
    cache: "hit",
    source: { requests: 2, bytes: 300, ms: 12.3 },
    agent: 'Player/1 "x"',
    cmcd: { br: 3200, ot: "v" },
    reason: "a.mp4: Cannot read it",
  };
  assertEquals(line, JSON.stringify(expected));
});

Deno.test("formatRequest() omits from JSON what a request does not have", () => {
  const { id, ...line } = parseLine("/a", { rawQuery: "CMCD=%22" });
  assertMatch(id, /^\w+-\w+$/);
  assertEquals(line, {
    time: TIME,
    level: "info",
    client: "192.0.2.7",
    method: "GET",
    path: "/a",
    status: 200,
    bytes: 5,
    ms: 1.2,
    protocol: "none",
    kind: "other",
  });
});

for (const error of [notFound, new RequestError("OVERLOADED", "Cannot serve")]) {
  Deno.test(`formatRequest() writes the level of ${error.status}`, () => {
    assertEquals(parseLine("/b", { error }).level, error.status < 500 ? "info" : "error");
  });
}

Deno.test("formatRequest() writes CMCD of the query", () => {
  assertEquals(parseLine("/a", { rawQuery: "CMCD=su" }).cmcd, { su: true });
});

const COMBINED: [line: string, ...Parameters<typeof createEntry>][] = [
  [`"GET /a HTTP/1.1" 200 5 "-" "-"`, "/a", { rawQuery: "token=SECRET" }],
  [`"GET /b HTTP/1.1" 404 65 "-" "Player/1 (x)"`, "/b", {
    error: notFound,
    headers: { "user-agent": "Player/1 (x)", referer: "https://example.com/?token=SECRET" },
  }],
  [`"GET /\\x22\\x0A\\xD0\\xB6 HTTP/1.1" 200 5 "-" "a\\x22 \\x5C"`, '/"\nж', {
    headers: { "user-agent": 'a" \\' },
  }],
];

for (const [line, ...request] of COMBINED) {
  Deno.test(`formatRequest() writes ${line}`, () => {
    assertEquals(
      formatRequest("combined", createEntry(...request)),
      `192.0.2.7 - - [24/Nov/2026:08:00:00 +0000] ${line}`,
    );
  });
}

for (const format of FORMATS) {
  Deno.test(`formatRequest() writes an internal error on one line: ${format}`, () => {
    const line = formatRequest(format, createEntry("/a", { error: new TypeError("oh") }));
    assertEquals(line.includes("\n"), false);
    if (format !== "combined") assertMatch(line, /INTERNAL.*TypeError: oh\\n.*entry|line_test/);
  });

  Deno.test(`formatRequest() writes 2,048 characters of each field: ${format}`, () => {
    const long = "a".repeat(60_000);
    const error = new RequestError("NOT_FOUND", `Cannot find '${long}'`);
    const headers = { "user-agent": long, range: long, "x-request-id": long, "cmcd-object": long };
    const line = formatRequest(format, createEntry(`/${long}`, { error, headers }));
    assert(line.length < 10_000);
    assert(line.includes(`/${"a".repeat(2044)}...`));
  });

  Deno.test(`formatRequest() contains neither a token nor the query: ${format}`, () => {
    const line = formatRequest(
      format,
      createEntry("/.t/SECRET/films/a.json/.mpd", {
        rawQuery: "hdnts=SECRET&CMCD=nor%3D%22..%252F.t%252FSECRET%252Fb%22%2Csu",
        error: new RequestError("NOT_FOUND", "Cannot find '/.t/SECRET/films' with token=SECRET"),
        headers: { authorization: "Bearer SECRET", cookie: "hdnts=SECRET", "user-agent": "x" },
      }),
    );
    assert(!line.includes("SECRET"), line);
    assert(line.includes("/.t/-/films/a.json/.mpd"), line);
  });
}

Deno.test("formatRequest() limits the length of a method", () => {
  const entry = createEntry("/a", { method: "A".repeat(60_000) });
  for (const format of ["text", "json", "combined"] as const) {
    assert(formatRequest(format, entry).includes(`A${"A".repeat(2044)}...`));
  }
});

Deno.test("formatRequest() escapes a path before it limits its length", () => {
  const line = formatRequest("text", createEntry("\u202e".repeat(1000)));
  assertEquals(line.split(" ")[2], `${"\\u{202e}".repeat(255)}\\u{20...`);
});
