import { assertEquals, assertThrows } from "@std/assert";
import {
  acceptsGzip,
  isNotModified,
  needsBody,
  RangeNotSatisfiableError,
  selectRange,
} from "../../lib/http/conditional.ts";

const DATE = "Tue, 24 Nov 2026 08:00:00 GMT";
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
  [{ range: "bytes=200-", "if-range": '"old"' }, "complete"],
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

const conditions: [headers: Record<string, string>, notModified: boolean][] = [
  [{}, false],
  [{ "if-none-match": '"e"' }, true],
  [{ "if-none-match": 'W/"e"' }, true],
  [{ "if-none-match": '"x", "e"' }, true],
  [{ "if-none-match": "*" }, true],
  [{ "if-none-match": '"x"' }, false],
  [{ "if-none-match": '"x"', "if-modified-since": DATE }, false],
  [{ "if-modified-since": DATE }, true],
  [{ "if-modified-since": "Tue, 24 Nov 2026 08:00:01 GMT" }, true],
  [{ "if-modified-since": "Tue, 24 Nov 2026 07:59:59 GMT" }, false],
  [{ "if-modified-since": "soon" }, false],
];

for (const [headers, expected] of conditions) {
  Deno.test(`isNotModified() returns ${expected} for ${JSON.stringify(headers)}`, () => {
    assertEquals(isNotModified(new Headers(headers), validators), expected);
  });
}

Deno.test("isNotModified() ignores If-Modified-Since of a resource without a date", () => {
  assertEquals(
    isNotModified(new Headers({ "if-modified-since": DATE }), { etag: '"e"' }),
    false,
  );
});

const requests: [method: string, headers: Record<string, string>, needed: boolean][] = [
  ["GET", {}, true],
  ["GET", { range: "bytes=0-1" }, true],
  ["GET", { "if-none-match": '"e"' }, false],
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
