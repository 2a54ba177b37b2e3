import { assertEquals } from "@std/assert";
import {
  isExpectedError,
  KeysError,
  MediaError,
  RequestError,
  SourceError,
} from "../lib/errors.ts";

Deno.test("MediaError formats file, path and reason", () => {
  const error = new MediaError("Cannot read version 2");
  assertEquals([error.message, error.code], ["Cannot read version 2", "MEDIA_INVALID"]);
  assertEquals(error.in("tfdt").in("traf").message, "traf/tfdt: Cannot read version 2");
  assertEquals(error.inFile("a.mp4").message, "a.mp4: traf/tfdt: Cannot read version 2");
  assertEquals(error.in("moof").message, "a.mp4: moof/traf/tfdt: Cannot read version 2");
});

Deno.test("MediaError, SourceError, KeysError and RequestError replace control characters in messages", () => {
  const error = new MediaError("Cannot read it").inFile("a\nb\u0085.mp4");
  assertEquals([error.message, error.file], ["a?b?.mp4: Cannot read it", "a\nb\u0085.mp4"]);
  assertEquals(new MediaError("Cannot find '\u0085'").reason, "Cannot find '?'");
  assertEquals(new RequestError("NOT_FOUND", "Cannot find 'a\rb'").message, "Cannot find 'a?b'");
  assertEquals(new KeysError("KEYS_MISSING", "Cannot find\r\na").message, "Cannot find??a");
  assertEquals(new SourceError("SOURCE_BUSY", "Cannot\nread").message, "Cannot?read");
});

Deno.test("MediaError.inFile() preserves the innermost file", () => {
  const error = new MediaError("Cannot find this file", "MEDIA_MISSING").inFile("near.mp4");
  assertEquals(error.inFile("far.mp4").message, "near.mp4: Cannot find this file");
  assertEquals(error.code, "MEDIA_MISSING");
});

for (
  const [code, status] of [
    ["BAD_REQUEST", 400],
    ["FORBIDDEN", 403],
    ["NOT_FOUND", 404],
    ["METHOD_NOT_ALLOWED", 405],
    ["PRECONDITION_FAILED", 412],
    ["RANGE_NOT_SATISFIABLE", 416],
    ["CLIENT_GONE", 499],
    ["NOT_IMPLEMENTED", 501],
  ] as const
) {
  Deno.test(`RequestError ${code} maps to status ${status}`, () => {
    const error = new RequestError(code, "Cannot do it");
    assertEquals([error.status, error.code, error.message], [status, code, "Cannot do it"]);
  });
}

for (
  const [code, status] of [
    ["KEYS_MISSING", 500],
    ["KEYS_INVALID", 500],
    ["KEYS_UNAVAILABLE", 503],
  ] as const
) {
  Deno.test(`KeysError ${code} maps to status ${status}`, () => {
    const error = new KeysError(code, "Cannot do it");
    assertEquals([error.status, error.code, error.message], [status, code, "Cannot do it"]);
  });
}

for (
  const [code, status] of [
    ["SOURCE_UNAVAILABLE", 503],
    ["SOURCE_BUSY", 503],
    ["SOURCE_INVALID", 502],
    ["SOURCE_DENIED", 502],
  ] as const
) {
  Deno.test(`SourceError ${code} maps to status ${status}`, () => {
    const error = new SourceError(code, "Cannot do it");
    assertEquals([error.status, error.code, error.message], [status, code, "Cannot do it"]);
  });
}

Deno.test("isExpectedError() knows the errors of files, origins, keys and requests", () => {
  const errors = [
    new MediaError("Cannot"),
    new SourceError("SOURCE_BUSY", "Cannot"),
    new KeysError("KEYS_MISSING", "Cannot"),
    new RequestError("NOT_FOUND", "Cannot"),
    new TypeError("Cannot"),
  ];
  assertEquals(errors.map(isExpectedError), [true, true, true, true, false]);
});
