/** No header, query or path of a client takes more than linear time. */

import { assert } from "@std/assert";
import { handle } from "../../lib/server/handler.ts";
import { acceptsGzip, evaluatePreconditions, selectRange } from "../../lib/http/conditional.ts";
import { Cors } from "../../lib/http/cors.ts";
import { METHODS } from "../../lib/http/responder.ts";
import { parseRequestTarget } from "../../lib/http/request_target.ts";
import { parseFilter } from "../../lib/selection/filter.ts";
import { parseRoute } from "../../lib/server/routes.ts";
import { readManifestQuery } from "../../lib/server/manifest_query.ts";
import { wantsPage } from "../../lib/server/ui_assets.ts";
import { parseQuery } from "../../lib/url/query.ts";
import { assertLinear } from "../doubling.ts";
import { testApp } from "./fixture.ts";

const VALIDATORS = { etag: '"e"', lastModified: "Tue, 24 Nov 2026 08:00:00 GMT" };
const CORS = new Cors(["*", "https://a.example"]);
const FORWARDED = new Set(["token"]);

/** No server accepts longer headers, nor longer URLs. */
const OPTIONS = { maxSize: 2 ** 18 };
const URL_OPTIONS = { maxSize: 2 ** 16 };

/** Returns values of `size` characters that begin with `start`, repeat `part` and end in `end`. */
function repeat(start: string, part: string, end = "") {
  return (size: number) => start + part.repeat(Math.ceil(size / part.length)) + end;
}

const LISTS = [
  repeat("", " ", "x"),
  repeat("", "\t ", ","),
  repeat("", ","),
  repeat('"', " ", '"'),
  repeat("", '"'),
  repeat("", 'W/"x" ,'),
  repeat('W/"', ","),
  repeat("gzip", " ", ";q=0"),
  repeat("", "gzip;q=0"),
  repeat("", "gzip;q=0,"),
  repeat("gzip;q", " ", "=1"),
  repeat("gzip", ";"),
  repeat("", "text/htm,"),
];

const RANGES = [
  repeat("bytes=", " ", "x"),
  repeat("bytes=", "0", "x"),
  repeat("bytes=0", " ", "-x"),
  repeat("bytes=0-0", " ", "x"),
  repeat("bytes=0-0", "0", "x"),
  repeat("bytes=-", " ", "x"),
  repeat("bytes=", "0-0,", "x"),
  repeat("bytes=", "-"),
  repeat("", "bytes="),
];

const DATES = [
  repeat("Tue, 24 Nov 2026 ", "0"),
  repeat("Tue, ", "24 Nov "),
  repeat("", "Tue"),
  repeat("", " "),
  ...LISTS,
];

const ORIGINS = [repeat("https://", "a"), repeat("https://a.example", " ", "x"), ...LISTS];

/** Worst values of each header that AMS reads, and where it is read. */
const HEADERS: [
  name: string,
  values: readonly ((size: number) => string)[],
  read: (headers: Headers) => unknown,
][] = [
  ["range", RANGES, (headers) => selectRange(headers, VALIDATORS, 100)],
  ["if-match", LISTS, (headers) => evaluatePreconditions(headers, VALIDATORS)],
  ["if-none-match", LISTS, (headers) => evaluatePreconditions(headers, VALIDATORS)],
  ["if-modified-since", DATES, (headers) => evaluatePreconditions(headers, VALIDATORS)],
  ["if-unmodified-since", DATES, (headers) => evaluatePreconditions(headers, VALIDATORS)],
  [
    "if-range",
    DATES,
    (headers) => {
      headers.set("range", "bytes=0-");
      selectRange(headers, VALIDATORS, 100);
    },
  ],
  ["accept-encoding", LISTS, (headers) => acceptsGzip(headers.get("accept-encoding"))],
  ["accept", LISTS, (headers) => wantsPage({ method: "GET", rawPath: "/", headers })],
  ["origin", ORIGINS, (headers) => CORS.addPreflightHeaders(new Headers(), headers, METHODS)],
  [
    "access-control-request-headers",
    ORIGINS,
    (headers) => CORS.addPreflightHeaders(new Headers(), headers, METHODS),
  ],
];

for (const [name, values, read] of HEADERS) {
  Deno.test(`a ${name} header takes linear time`, () => {
    for (const build of values) {
      assertLinear((size) => new Headers({ [name]: build(size) }), read, OPTIONS);
    }
  });
}

const QUERIES = [
  repeat("", "&"),
  repeat("", "="),
  repeat("", "%"),
  repeat("", "%20"),
  repeat("", "+"),
  repeat("", "é"),
  repeat("", "a=1&"),
  repeat("", "filter=&"),
  repeat("", "&filter="),
  repeat("filter=", "&"),
  repeat("filter=a&&", "%20"),
  repeat("filter=a&&", "%28%21 +(!"),
  repeat("filter=", "("),
  repeat("filter=", "%20", "x"),
  repeat('filter=type=="', "a"),
  repeat("filter=", "1"),
  repeat("filter=", "1."),
  repeat("", "filter=a&&typ&"),
  repeat("start=", "0", "x"),
  repeat("start=", "0:", "x"),
  repeat("start=1.", "0", "x"),
  repeat("token=", "%E9"),
  repeat("", "token=1&"),
];

const QUERY_PARSERS: [name: string, read: (query: string) => unknown][] = [
  ["parseQuery()", parseQuery],
  ["readManifestQuery()", (query) => readManifestQuery(query, FORWARDED)],
  ["parseFilter()", (query) => parseFilter(query.slice("filter=".length))],
  ["parseRequestTarget()", (query) => parseRequestTarget(`/a?${query}`)],
];

for (const [name, read] of QUERY_PARSERS) {
  Deno.test(`${name} takes linear time`, () => {
    for (const build of QUERIES) assertLinear(build, read, URL_OPTIONS);
  });
}

const PATHS = [
  repeat("", "/"),
  repeat("/", "a"),
  repeat("", "/a"),
  repeat("/", "%41"),
  repeat("/", "%"),
  repeat("/", "."),
  repeat("/a.json/", "0", ".m4s"),
  repeat("/a.json/v", "0", "/a/0.m4s"),
  repeat("/a.json/v0/", "a", "/0.m4s"),
  repeat("/a.json/v0/", "=", "/x"),
  repeat("/a.json/v0/a/", "9", ".m4s"),
  repeat("/a.json/v0/a/1", "x1", ".jpg"),
  repeat("/a.json/v0/", "QualityLevels(1)/Fragments(", "=x)"),
  repeat("/a.json/", "a", ".ts.iframes.m3u8x"),
  repeat("/video_en", "-aa", "=1.m3u8x"),
  repeat("/video_en=1", "_1", ".m3u8"),
  repeat("/a/v0123456789ab/video_x", "-a", "=1/0.m4s"),
];

for (const read of [parseRoute, parseRequestTarget]) {
  Deno.test(`${read.name}() takes linear time for paths`, () => {
    for (const build of PATHS) assertLinear(build, read, URL_OPTIONS);
  });
}

Deno.test("handle() takes linear time for every header of a manifest and a segment", async () => {
  using server = testApp();
  const playlist = await (await server.request("GET /film.json/video.m3u8")).text();
  const segment = `/film.json/${/^v\w+\/video\/0\.m4s$/m.exec(playlist)![0]}`;
  for (const rawPath of ["/film.json/.mpd", segment]) {
    const request = (headers: Headers) => handle({ method: "GET", rawPath, headers }, server.app);
    assert(request(new Headers()) instanceof Response); // at once
    for (const [name, values] of HEADERS) {
      for (const build of values) {
        assertLinear((size) => new Headers({ [name]: build(size) }), request, OPTIONS);
      }
    }
  }
});
