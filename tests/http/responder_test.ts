import { assertEquals, assertThrows } from "@std/assert";
import {
  KeysError,
  MediaError,
  RequestError,
  type SourceCode,
  SourceError,
} from "../../lib/errors.ts";
import { BodyFactory } from "../../lib/http/body.ts";
import { Cors } from "../../lib/http/cors.ts";
import { IMMUTABLE, type Resource } from "../../lib/http/resource.ts";
import { Responder } from "../../lib/http/responder.ts";
import { readPlan } from "../../lib/storage/read_plan.ts";
import type { Source } from "../../lib/storage/source.ts";
import { createPlan, loadingSource, METADATA, source } from "./content.ts";

const responder = new Responder(new Cors([]), new BodyFactory());

/** Byte `i` is `i`; counts reads and holders. */
function createResource(size?: number) {
  const seen = { reads: 0, held: 0 };
  const source: Source = {
    name: "test",
    size: 5,
    synchronous: true,
    read(offset, into) {
      seen.reads++;
      into.forEach((_, i) => into[i] = offset + i);
    },
    close() {},
  };
  const body = { type: "", header: new Uint8Array(0), ranges: [{ source, offset: 0, size: 5 }] };
  const hold = () => {
    seen.held++;
    return { [Symbol.dispose]: () => void seen.held-- };
  };
  const metadata = { file: "a", type: "text/plain", etag: '"e"', caching: IMMUTABLE };
  const resource: Resource = { ...metadata, ...size !== undefined && { size }, body, hold };
  return { seen, resource };
}

const cases: [
  request: string,
  headers: Record<string, string>,
  status: number,
  body: number[],
  reads: number,
][] = [
  ["GET", {}, 200, [0, 1, 2, 3, 4], 1],
  ["GET", { range: "bytes=1-2" }, 206, [1, 2], 1],
  ["HEAD", {}, 200, [], 0],
  ["GET", { "if-none-match": '"e"' }, 304, [], 0],
];

for (const [method, headers, status, body, reads] of cases) {
  Deno.test(`Responder.respond() responds to ${method} ${JSON.stringify(headers)} with ${status}`, async () => {
    const { seen, resource } = createResource(5);
    const request = { method, rawPath: "/", headers: new Headers(headers) };
    const response = await responder.respond(request, resource);
    assertEquals([response.status, [...await response.bytes()]], [status, body]);
    assertEquals(seen, { reads, held: 0 });
    assertEquals(response.headers.get("etag"), '"e"');
  });
}

Deno.test("Responder.respond() holds what a streamed body reads until it ends", async () => {
  const limits = { maxWhole: 4, maxBuffered: 4, maxInFlight: 4, sliceSize: 2 };
  const { seen, resource } = createResource(5);
  const request = { method: "GET", rawPath: "/", headers: new Headers() };
  const streaming = new Responder(new Cors([]), new BodyFactory({ limits }));
  const response = await streaming.respond(request, resource);
  assertEquals(seen, { reads: 1, held: 1 }); // a status is sent once there are bytes
  assertEquals([...await response.bytes()], [0, 1, 2, 3, 4]);
  assertEquals(seen, { reads: 3, held: 0 });
});

Deno.test("Responder.respond() sends what was loaded, to each client its own, or reads it", async () => {
  const { remote, seen } = loadingSource();
  const plan = (size: number, source = remote) => ({
    ...createPlan(size, source),
    header: Uint8Array.of(1, 2, size),
  });
  const respond = async (size: number) => {
    const resource = { ...METADATA, body: plan(size), size };
    const request = { method: "GET", rawPath: "/", headers: new Headers() };
    const response = await responder.respond(request, resource);
    return await response.bytes();
  };
  const sizes = [5, 9];
  const expected = sizes.map((size) => readPlan(plan(size, source()), new Uint8Array(0)));
  for (const [inMemory, reads] of [[true, 0], [false, 2]] as const) {
    seen.inMemory = false;
    const bodies = sizes.map(respond);
    const [first, second] = seen.loads.splice(0);
    seen.inMemory = inMemory;
    seen.holdsLoads = false;
    first!.resolve();
    second!.resolve();
    assertEquals(await Promise.all(bodies), expected as Uint8Array<ArrayBuffer>[]);
    assertEquals(seen.reads, reads);
    seen.holdsLoads = true;
  }
});

Deno.test("Responder.respond() needs a size, except for 304", async () => {
  const { resource } = createResource();
  const request = { method: "GET", rawPath: "/", headers: new Headers() };
  assertThrows(() => responder.respond(request, resource), Error, "before it is read");
  const headers = new Headers({ "if-none-match": '"e"' });
  assertEquals((await responder.respond({ ...request, headers }, resource)).status, 304);
});

Deno.test("Responder.redirectToPage() redirects to a relative URL", () => {
  const request = { method: "GET", rawPath: "/a", headers: new Headers() };
  const response = responder.redirectToPage(request, "./a/");
  assertEquals([response.status, ...response.headers], [
    302,
    ["cache-control", "no-cache"],
    ["location", "./a/"],
    ["vary", "Accept"],
    ["x-content-type-options", "nosniff"],
  ]);
});

Deno.test("Responder.redirect() lets pages of other origins follow", () => {
  const headers = new Headers({ origin: "https://a.example" });
  const open = new Responder(new Cors(["*"]), new BodyFactory());
  const response = open.redirect({ method: "GET", rawPath: "/", headers }, "../a/.mpd");
  assertEquals(response.status, 302);
  const names = ["location", "access-control-allow-origin", "x-content-type-options"];
  assertEquals(names.map((name) => response.headers.get(name)), ["../a/.mpd", "*", "nosniff"]);
});

Deno.test("Responder.respondWithError() writes the code into a header and the body", async () => {
  const request = { method: "GET", rawPath: "/", headers: new Headers() };
  const error = new RequestError("NOT_FOUND", "Cannot find 'a'");
  const response = responder.respondWithError(request, error);
  assertEquals([response.status, response.headers.get("ams-error")], [404, "NOT_FOUND"]);
  const expected = { status: "ERROR", code: "NOT_FOUND", reason: "Cannot find 'a'" };
  assertEquals(await response.json(), expected);
});

const storing: [error: Error, status: number, cacheControl: string][] = [
  [new RequestError("NOT_FOUND", "Cannot find 'a'"), 404, "max-age=1"],
  [new RequestError("PRECONDITION_FAILED", "Cannot"), 412, "no-store"],
  [new MediaError("Cannot read a box"), 500, "max-age=1"],
  [new MediaError("Cannot read byte 0: the file was changed", "MEDIA_READ"), 500, "no-store"],
  [new KeysError("KEYS_MISSING", "Cannot find a key"), 500, "max-age=1"],
  [new KeysError("KEYS_UNAVAILABLE", "Cannot request a key"), 503, "no-store"],
  [new SourceError("SOURCE_UNAVAILABLE", "Cannot read it"), 503, "max-age=1"],
  [new SourceError("SOURCE_INVALID", "Cannot read it"), 502, "max-age=1"],
];

for (const [error, status, cacheControl] of storing) {
  Deno.test(`Responder.respondWithError() lets caches store ${error.message}: ${cacheControl}`, () => {
    const request = { method: "GET", rawPath: "/", headers: new Headers() };
    const response = responder.respondWithError(request, error);
    assertEquals([response.status, response.headers.get("cache-control")], [status, cacheControl]);
  });
}

Deno.test("Responder.respondWithError() asks clients to try an origin again after a second", () => {
  const request = { method: "GET", rawPath: "/", headers: new Headers() };
  const retryAfter = (code: SourceCode) => {
    const response = responder.respondWithError(request, new SourceError(code, "Cannot read it"));
    return response.headers.get("retry-after");
  };
  assertEquals(retryAfter("SOURCE_UNAVAILABLE"), "1");
  assertEquals(retryAfter("SOURCE_BUSY"), "1");
  assertEquals(retryAfter("SOURCE_DENIED"), null);
});

Deno.test("respond() needs a request and a resource, nothing else", () => {
  assertEquals(responder.respond.length, 2);
});
