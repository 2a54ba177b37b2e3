import { assertEquals } from "@std/assert";
import { MediaError, RequestError } from "../../lib/errors.ts";
import { IngestError, toIngestError } from "../../lib/live/ingest_error.ts";

const cases: [error: unknown, status: number, code: string][] = [
  [new IngestError("DISK_FULL", "Cannot write"), 507, "DISK_FULL"],
  [new MediaError("Cannot read version 2").in("tfdt"), 400, "MEDIA_INVALID"],
  [new MediaError("Cannot read MPEG-TS", "MEDIA_UNSUPPORTED"), 415, "MEDIA_UNSUPPORTED"],
  [new RequestError("BAD_REQUEST", "Cannot read the path"), 400, "BAD_REQUEST"],
  [new RequestError("PRECONDITION_FAILED", "Cannot store"), 412, "INIT_MISSING"],
  [new RequestError("NOT_FOUND", "Cannot find"), 500, "INTERNAL"],
  [new TypeError("x is undefined"), 500, "INTERNAL"],
  ["a text", 500, "INTERNAL"],
];

for (const [error, status, code] of cases) {
  Deno.test(`toIngestError() responds to ${error} with ${status}`, () => {
    const failure = toIngestError(error);
    assertEquals([failure.status, failure.code], [status, code]);
    assertEquals(failure.message.includes("undefined"), false);
  });
}

Deno.test("toIngestError() keeps the path of the box, and the cause of an internal error", () => {
  const broken = new MediaError("Cannot read version 2").in("tfdt").in("traf");
  assertEquals(toIngestError(broken).message, "traf/tfdt: Cannot read version 2");
  const bug = new TypeError();
  assertEquals(toIngestError(bug).cause, bug);
});

Deno.test("IngestError is one line", () => {
  assertEquals(new IngestError("NOT_FOUND", "Cannot find a\r\nb").message, "Cannot find a??b");
});
