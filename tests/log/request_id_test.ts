import { assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { getRequestId, returnRequestId } from "../../lib/log/request_id.ts";

const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
const TRACEPARENT = `00-${TRACE}-00f067aa0ba902b7-01`;

const IDS: [headers: Record<string, string>, id: string][] = [
  [{ "x-request-id": "a.B_9-c" }, "a.B_9-c"],
  [{ "x-request-id": "a".repeat(128) }, "a".repeat(128)],
  [{ "x-request-id": "a", traceparent: TRACEPARENT }, "a"],
  [{ traceparent: TRACEPARENT }, TRACE],
  [{ traceparent: `cc-${TRACE}-00f067aa0ba902b7-01-more` }, TRACE],
  [{ "x-request-id": "a b", traceparent: TRACEPARENT }, TRACE],
];

for (const [headers, id] of IDS) {
  Deno.test(`getRequestId() returns ${id} for ${JSON.stringify(headers)}`, () => {
    assertEquals(getRequestId(new Headers(headers)), id);
  });
}

const INVALID: Record<string, string>[] = [
  {},
  { "x-request-id": "" },
  { "x-request-id": "a".repeat(129) },
  { "x-request-id": 'a"' },
  { "x-request-id": "a, b" },
  { "x-request-id": "ä" },
  { traceparent: `00-${"0".repeat(32)}-00f067aa0ba902b7-01` },
  { traceparent: `00-${TRACE.toUpperCase()}-00f067aa0ba902b7-01` },
  { traceparent: `00-${TRACE}-00f067aa0ba902b7` },
];

for (const headers of INVALID) {
  Deno.test(`getRequestId() returns a new one for ${JSON.stringify(headers).slice(0, 99)}`, () => {
    const ids = [1, 2].map(() => getRequestId(new Headers(headers)));
    assertMatch(ids[0]!, /^[a-z0-9]+-[a-z0-9]+$/);
    assertNotEquals(ids[0], ids[1]);
  });
}

const CACHING: [method: string, caching: string | undefined, returned: boolean][] = [
  ["GET", "private", true],
  ["GET", "private, no-store", true],
  ["GET", "no-store", true],
  ["OPTIONS", undefined, true],
  ["GET", "no-cache", false],
  ["GET", "max-age=1", false],
  ["GET", "public, max-age=31536000, immutable", false],
  ["HEAD", "no-cache", false],
  ["GET", undefined, false],
];

/** Returns the headers of a response after `returnRequestId()`. */
function respond(method: string, headers: Record<string, string>, caching?: string): Headers {
  const init = caching === undefined ? {} : { headers: { "cache-control": caching } };
  const response = new Response(null, init);
  returnRequestId({ method, headers: new Headers(headers) }, response);
  return response.headers;
}

for (const [method, caching, returned] of CACHING) {
  const does = returned ? "sets" : "omits";
  Deno.test(`returnRequestId() ${does} the header for ${method}, ${caching}`, () => {
    const headers = respond(method, { "x-request-id": "a" }, caching);
    assertEquals(headers.get("x-request-id"), returned ? "a" : null);
  });
}

for (const headers of [{ "x-request-id": "a b" }, { traceparent: TRACEPARENT }, {}]) {
  Deno.test(`returnRequestId() omits the header for ${JSON.stringify(headers)}`, () => {
    assertEquals(respond("GET", headers, "no-store").has("x-request-id"), false);
  });
}
