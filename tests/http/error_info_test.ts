import { assertEquals, assertMatch } from "@std/assert";
import { KeysError, MediaError, RequestError, SourceError } from "../../lib/errors.ts";
import { toErrorInfo } from "../../lib/http/error_info.ts";

const cases: [error: unknown, status: number, code: string, reason: string][] = [
  [new RequestError("NOT_FOUND", "Cannot find 'a'"), 404, "NOT_FOUND", "Cannot find 'a'"],
  [
    new MediaError("Cannot read it", "MEDIA_READ").inFile("a.mp4"),
    500,
    "MEDIA_READ",
    "a.mp4: Cannot read it",
  ],
  [
    new MediaError("Cannot protect it", "PACKAGE_EXPOSED").inFile("a.mp4"),
    500,
    "PACKAGE_EXPOSED",
    "a.mp4: Cannot protect it",
  ],
  [new KeysError("KEYS_MISSING", "Cannot find it"), 500, "KEYS_MISSING", "Cannot find it"],
  [new KeysError("KEYS_INVALID", "Cannot use it"), 500, "KEYS_INVALID", "Cannot use it"],
  [
    new KeysError("KEYS_UNAVAILABLE", "Cannot reach it"),
    503,
    "KEYS_UNAVAILABLE",
    "Cannot reach it",
  ],
  [new SourceError("SOURCE_BUSY", "Cannot read it"), 503, "SOURCE_BUSY", "Cannot read it"],
  [new SourceError("SOURCE_DENIED", "Cannot read it"), 502, "SOURCE_DENIED", "Cannot read it"],
];

for (const [error, status, code, reason] of cases) {
  Deno.test(`toErrorInfo() returns ${status} ${code}`, () => {
    assertEquals(toErrorInfo(error), { status, code, reason });
  });
}

Deno.test("toErrorInfo() hides an internal error from clients", () => {
  const { stack, ...sent } = toErrorInfo(new TypeError("secret"));
  assertEquals(sent, {
    status: 500,
    code: "INTERNAL",
    reason: "Cannot respond because of an internal error: see the log of ams",
  });
  assertMatch(stack!, /^TypeError: secret\n/);
});
