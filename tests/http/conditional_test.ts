import { assertEquals, assertThrows } from "@std/assert";
import {
  acceptsGzip,
  evaluatePreconditions,
  needsBody,
  type PreconditionResult,
  RangeNotSatisfiableError,
  selectRange,
} from "../../lib/http/conditional.ts";

const DATE = "Tue, 24 Nov 2026 08:00:00 GMT";
const BEFORE = "Tue, 24 Nov 2026 07:59:59 GMT";
const AFTER = "Tue, 24 Nov 2026 08:00:01 GMT";
const validators = { etag: '"e"', lastModified: DATE };

const ranges: [headers: Record<string, string>, range: [number, number] | "complete"][] = [
  [{}, "complete"],
  [{ range: "bytes=0-0" }, [0, 1]],
  [{ range: "bytes=10-19" }, [10, 20]],
  [{ range: "Bytes=10-19" }, [10, 20]],
  [{ range: "bytes=90-" }, [90, 100]],
  [{ range: "bytes=90-1000" }, [90, 100]],
  [{ range: "bytes=-10" }, [90, 100]],
  [{ range: "bytes=-1000" }, [0, 100]],
  [{ range: "bytes=0-99" }, [0, 100]],
  [{ range: "bytes=-" }, "complete"],
  [{ range: "bytes=5-4" }, "complete"],
  [{ range: "bytes=0-1,5-6" }, "complete"],
  [{ range: "bytes=1.5-2" }, "complete"],
  [{ range: "items=0-1" }, "complete"],
  [{ range: "bytes=0-1", "if-range": '"e"' }, [0, 2]],
  [{ range: "bytes=0-1", "if-range": DATE }, [0, 2]],
  [{ range: "bytes=0-1", "if-range": '"old"' }, "complete"],
  [{ range: "bytes=0-1", "if-range": 'W/"e"' }, "complete"],
  [{ range: "bytes=0-1", "if-range": '"old", "e"' }, "complete"],
  [{ range: "bytes=0-1", "if-range": "*" }, "complete"],
  [{ range: "bytes=0-1", "if-range": "Tuesday, 24-Nov-26 08:00:00 GMT" }, [0, 2]],
  [{ range: "bytes=0-1", "if-range": BEFORE }, "complete"],
  [{ range: "bytes=0-1", "if-range": AFTER }, "complete"],
  [{ range: "bytes=0-1", "if-range": "2050" }, "complete"],
  [{ range: "bytes=200-", "if-range": '"old"' }, "complete"],
  [{ "if-range": '"e"' }, "complete"],
];

for (const [headers, expected] of ranges) {
  Deno.test(`selectRange() returns ${expected} for ${JSON.stringify(headers)}`, () => {
    const { start, end, partial } = selectRange(new Headers(headers), validators, 100);
    assertEquals(
      [start, end, partial],
      expected === "complete" ? [0, 100, false] : [...expected, true],
    );
  });
}

for (
  const [range, size] of [["bytes=100-", 100], ["bytes=-0", 100], ["bytes=0-", 0], ["bytes=-1", 0]]
) {
  Deno.test(`selectRange() rejects ${range} of ${size} bytes`, () => {
    const headers = new Headers({ range: range as string });
    const error = assertThrows(
      () => selectRange(headers, { etag: '"e"' }, size as number),
      RangeNotSatisfiableError,
    );
    assertEquals([error.size, error.status], [size, 416]);
    assertEquals(
      error.message,
      `Cannot serve the range '${range}': the resource has ${size} bytes`,
    );
  });
}

Deno.test("selectRange() ignores an If-Range date that is less than a second old", () => {
  const lastModified = new Date(Math.floor(Date.now() / 1000) * 1000 + 1000).toUTCString();
  const headers = new Headers({ range: "bytes=0-1", "if-range": lastModified });
  assertEquals(selectRange(headers, { etag: '"e"', lastModified }, 100).partial, false);
});

/** Clauses of RFC 9110 §13; the resource has the ETag "e" and was last modified at DATE. */
const preconditions: [
  clause: string,
  headers: Record<string, string>,
  result: PreconditionResult,
][] = [
  ["13.2.2", {}, "met"],
  // If-Match: strong comparison
  ["13.1.1", { "if-match": '"e"' }, "met"],
  ["13.1.1", { "if-match": "*" }, "met"],
  ["13.1.1", { "if-match": '"x", "e"' }, "met"],
  ["13.1.1", { "if-match": '"x" ,"e"' }, "met"],
  ["13.1.1", { "if-match": '"x"' }, "failed"],
  ["13.1.1", { "if-match": 'W/"e"' }, "failed"],
  ["13.1.1", { "if-match": "e" }, "failed"],
  ["13.1.1", { "if-match": '"x,"' }, "failed"],
  ["13.1.1", { "if-match": '"x,y", "e"' }, "met"],
  ["13.1.1", { "if-match": '"x", *' }, "failed"],
  ["13.1.1", { "if-match": "" }, "failed"],
  ["13.1.1", { "if-match": '"E"' }, "failed"],
  // If-None-Match: weak comparison
  ["13.1.2", { "if-none-match": '"e"' }, "notModified"],
  ["13.1.2", { "if-none-match": 'W/"e"' }, "notModified"],
  ["13.1.2", { "if-none-match": '"x", "e"' }, "notModified"],
  ["13.1.2", { "if-none-match": 'W/"x",W/"e"' }, "notModified"],
  ["13.1.2", { "if-none-match": "*" }, "notModified"],
  ["13.1.2", { "if-none-match": '"x"' }, "met"],
  // If-Modified-Since
  ["13.1.3", { "if-modified-since": DATE }, "notModified"],
  ["13.1.3", { "if-modified-since": AFTER }, "notModified"],
  ["13.1.3", { "if-modified-since": "Sat, 01 Jan 2050 00:00:00 GMT" }, "notModified"],
  ["13.1.3", { "if-modified-since": "Tuesday, 24-Nov-26 08:00:00 GMT" }, "notModified"],
  ["13.1.3", { "if-modified-since": "Tue Nov 24 08:00:00 2026" }, "notModified"],
  ["13.1.3", { "if-modified-since": BEFORE }, "met"],
  ["13.1.3", { "if-modified-since": "soon" }, "met"],
  ["13.1.3", { "if-modified-since": "2050" }, "met"],
  ["13.1.3", { "if-modified-since": "2050-01-01T00:00:00Z" }, "met"],
  ["13.1.3", { "if-modified-since": `${DATE}, ${DATE}` }, "met"],
  ["13.1.3", { "if-none-match": '"x"', "if-modified-since": DATE }, "met"],
  ["13.1.3", { "if-none-match": '"e"', "if-modified-since": BEFORE }, "notModified"],
  // If-Unmodified-Since
  ["13.1.4", { "if-unmodified-since": DATE }, "met"],
  ["13.1.4", { "if-unmodified-since": AFTER }, "met"],
  ["13.1.4", { "if-unmodified-since": BEFORE }, "failed"],
  ["13.1.4", { "if-unmodified-since": "Tue Nov 24 07:59:59 2026" }, "failed"],
  ["13.1.4", { "if-unmodified-since": "2000" }, "met"],
  ["13.1.4", { "if-unmodified-since": "never" }, "met"],
  ["13.1.4", { "if-unmodified-since": `${BEFORE}, ${BEFORE}` }, "met"],
  ["13.1.4", { "if-match": '"e"', "if-unmodified-since": BEFORE }, "met"],
  ["13.1.4", { "if-match": '"x"', "if-unmodified-since": DATE }, "failed"],
  // Precedence
  ["13.2.2", { "if-match": '"e"', "if-none-match": '"e"' }, "notModified"],
  ["13.2.2", { "if-match": '"e"', "if-none-match": '"x"' }, "met"],
  ["13.2.2", { "if-match": '"x"', "if-none-match": '"e"' }, "failed"],
  ["13.2.2", { "if-unmodified-since": BEFORE, "if-modified-since": DATE }, "failed"],
  ["13.2.2", { "if-unmodified-since": DATE, "if-modified-since": DATE }, "notModified"],
  ["13.2.2", { "if-unmodified-since": BEFORE, "if-none-match": '"e"' }, "failed"],
];

for (const [clause, headers, expected] of preconditions) {
  Deno.test(`evaluatePreconditions() returns ${expected} for ${JSON.stringify(headers)} (§${clause})`, () => {
    assertEquals(evaluatePreconditions(new Headers(headers), validators), expected);
  });
}

for (const name of ["if-modified-since", "if-unmodified-since"]) {
  Deno.test(`evaluatePreconditions() ignores ${name} of a resource without a date`, () => {
    const headers = new Headers({ [name]: BEFORE });
    assertEquals(evaluatePreconditions(headers, { etag: '"e"' }), "met");
  });
}

const requests: [method: string, headers: Record<string, string>, needed: boolean][] = [
  ["GET", {}, true],
  ["GET", { range: "bytes=0-1" }, true],
  ["GET", { "if-none-match": '"e"' }, false],
  ["GET", { "if-match": '"x"' }, false],
  ["GET", { "if-match": '"e"' }, true],
  ["HEAD", {}, false],
];

for (const [method, headers, expected] of requests) {
  Deno.test(`needsBody() returns ${expected} for ${method} ${JSON.stringify(headers)}`, () => {
    const request = { method, rawPath: "/", headers: new Headers(headers) };
    assertEquals(needsBody(request, validators), expected);
  });
}

const codings: [acceptEncoding: string | null, gzip: boolean][] = [
  [null, false],
  ["", false],
  ["gzip", true],
  ["GZIP", true],
  ["x-gzip", true],
  ["br, gzip", true],
  ["br,gzip;q=0.5", true],
  ["gzip; q=1.0", true],
  ["gzip;q=0", false],
  ["gzip;q=0.000", false],
  ["gzip;q=none", false],
  ["gzip;q=0, *", false],
  ["*", false],
  ["identity", false],
  ["gzipped", false],
];

for (const [acceptEncoding, gzip] of codings) {
  Deno.test(`acceptsGzip() returns ${gzip} for ${acceptEncoding}`, () => {
    assertEquals(acceptsGzip(acceptEncoding), gzip);
  });
}

/** Quadratic time would be half an hour. */
const MANY_SPACES = " ".repeat(1e6);

Deno.test("evaluatePreconditions() reads long lists in linear time", () => {
  const validators = { etag: '"e"' };
  for (const list of [`"x"${MANY_SPACES}"e"`, ",".repeat(1e6), `"x",${MANY_SPACES}x`]) {
    const evaluate = (name: string) =>
      evaluatePreconditions(new Headers({ [name]: list }), validators);
    assertEquals([evaluate("if-match"), evaluate("if-none-match")], ["failed", "met"]);
  }
});

Deno.test("selectRange() reads long ranges in linear time", () => {
  const validators = { etag: '"e"' };
  for (const range of [`bytes=${MANY_SPACES}x`, `bytes=${MANY_SPACES}0${MANY_SPACES}x`]) {
    const headers = new Headers({ range });
    assertEquals(selectRange(headers, validators, 100).partial, false);
  }
});
