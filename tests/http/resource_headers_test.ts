import { assert, assertEquals } from "@std/assert";
import { Cors } from "../../lib/http/cors.ts";
import { IMMUTABLE, type Resource } from "../../lib/http/resource.ts";
import { ResourceHeaders } from "../../lib/http/resource_headers.ts";

const RESOURCE: Resource = {
  file: "a",
  type: "video/mp4",
  etag: '"e"',
  size: 5,
  caching: IMMUTABLE,
  body: new Uint8Array(5),
};
const PLAIN = { headers: new Headers() };
const ORIGIN = { headers: new Headers({ origin: "https://a.example" }) };

const built: [what: string, rest: Partial<Resource>, length: number | undefined, object][] = [
  ["without a length", {}, undefined, {}],
  ["with a length", {}, 0, { "content-length": "0" }],
  ["of a resource without a coding", { coding: "" }, undefined, { vary: "Accept-Encoding" }],
  ["of gzip", { coding: "gzip" }, undefined, {
    "content-encoding": "gzip",
    vary: "Accept-Encoding",
  }],
  ["of a resource's own", { coding: "", headers: { vary: "Accept", x: "y" } }, undefined, {
    vary: "Accept-Encoding, Accept",
    x: "y",
  }],
  ["with a date", { lastModified: "Thu, 01 Jan 1970 00:00:00 GMT" }, undefined, {
    "last-modified": "Thu, 01 Jan 1970 00:00:00 GMT",
  }],
];

for (const [what, rest, length, headers] of built) {
  Deno.test(`build() builds headers ${what}`, () => {
    const found = new ResourceHeaders(new Cors([])).build({ ...RESOURCE, ...rest }, PLAIN, length);
    assertEquals(Object.fromEntries(found), {
      "accept-ranges": "bytes",
      "cache-control": "public, max-age=31536000, immutable",
      "content-type": "video/mp4",
      etag: '"e"',
      "x-content-type-options": "nosniff",
      ...headers,
    });
  });
}

Deno.test("getComplete() caches the headers of requests with and without Origin", () => {
  const headers = new ResourceHeaders(new Cors(["*"]));
  const resource = { ...RESOURCE };
  const [plain, crossOrigin] = [PLAIN, ORIGIN].map((from) => headers.getComplete(resource, from));
  assertEquals(plain!.get("content-length"), "5");
  assertEquals(plain!.get("access-control-expose-headers"), null);
  assert(crossOrigin!.get("access-control-expose-headers")!.includes("ETag"));
  assert(headers.getComplete(resource, PLAIN) === plain);
  assert(headers.getComplete(resource, ORIGIN) === crossOrigin);
});

Deno.test("getComplete() builds the headers of each listed origin", () => {
  const headers = new ResourceHeaders(new Cors(["https://a.example", "https://b.example"]));
  const resource = { ...RESOURCE };
  const allowed = ["https://a.example", "https://b.example", "https://c.example"].map((origin) =>
    headers.getComplete(resource, { headers: new Headers({ origin }) }).get(
      "access-control-allow-origin",
    )
  );
  assertEquals(allowed, ["https://a.example", "https://b.example", null]);
});

Deno.test("getComplete() caches the headers of clients that a token admits apart", () => {
  const headers = new ResourceHeaders(new Cors(["*"]));
  const resource = { ...RESOURCE };
  const admission = { isPrivate: true, hasToken: true };
  for (const request of [PLAIN, ORIGIN]) {
    const open = headers.getComplete(resource, request);
    const closed = headers.getComplete(resource, { ...request, admission });
    assertEquals(open.get("cache-control"), "public, max-age=31536000, immutable");
    assertEquals(closed.get("cache-control"), "private, max-age=31536000, immutable");
    assert(headers.getComplete(resource, request) === open);
    assert(headers.getComplete(resource, { ...request, admission }) === closed);
  }
});
