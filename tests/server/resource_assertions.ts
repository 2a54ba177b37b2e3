/** Assertions about responses that do not depend on the protocol. */

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import type { TestApp } from "./fixture.ts";

/** Asserts that GET returns the resource with its size, and HEAD the same headers without a body. */
export async function assertServes(
  server: TestApp,
  path: string,
  { type, caching }: { type: string; caching: string },
): Promise<void> {
  const response = await server.request(`GET ${path}`);
  const { status, headers } = response;
  assertEquals([status, headers.get("content-type")], [200, type]);
  assertEquals(headers.get("cache-control"), caching);
  assertEquals(headers.get("content-length"), `${(await response.bytes()).length}`);
  const headResponse = await server.request(`HEAD ${path}`);
  assertEquals([...headResponse.headers], [...headers]);
  assertEquals([headResponse.status, headResponse.body], [200, null]);
}

/** @param reason a part of the reason in the body */
export async function assertNotFound(
  server: TestApp,
  path: string,
  reason: string,
): Promise<void> {
  const response = await server.request(`GET ${path}`);
  assertEquals([response.status, response.headers.get("ams-error")], [404, "NOT_FOUND"]);
  assertEquals(response.headers.get("cache-control"), "max-age=1");
  assertStringIncludes((await response.json()).reason, reason);
}

/** Asserts that a resource supports ranges, which are never compressed, and conditional requests. */
export async function assertRangesAndEtag(server: TestApp, path: string): Promise<void> {
  const response = await server.request(`GET ${path}`);
  const etag = response.headers.get("etag")!;
  assertMatch(etag, /^"[\x21\x23-\x7e]+"$/);
  const whole = await response.bytes();
  const range = { range: "bytes=5-20", "accept-encoding": "gzip" };
  const part = await server.request(`GET ${path}`, range);
  assertEquals(part.status, 206, path);
  assertEquals(part.headers.get("content-range"), `bytes 5-20/${whole.length}`);
  assertEquals(await part.bytes(), whole.slice(5, 21));
  const unsatisfiable = await server.request(`GET ${path}`, { range: `bytes=${whole.length}-` });
  assertEquals(unsatisfiable.status, 416);
  assertEquals(unsatisfiable.headers.get("content-range"), `bytes */${whole.length}`);
  assertEquals(unsatisfiable.headers.get("cache-control"), "no-store");
  for (const method of ["GET", "HEAD"]) {
    const { status, body, headers } = await server.request(`${method} ${path}`, {
      "if-none-match": etag,
    });
    assertEquals([status, body, headers.get("etag")], [304, null, etag]);
    assertEquals(headers.get("content-length"), null);
    const failed = await server.request(`${method} ${path}`, { "if-match": '"other"' });
    assertEquals([failed.status, failed.headers.get("ams-error")], [412, "PRECONDITION_FAILED"]);
    assertEquals(failed.headers.get("cache-control"), "no-store");
    await failed.body?.cancel();
    const met = await server.request(`${method} ${path}`, { "if-match": etag });
    assertEquals(met.status, 200);
    await met.body?.cancel();
  }
}
