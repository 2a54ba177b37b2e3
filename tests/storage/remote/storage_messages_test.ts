import { assert, assertEquals } from "@std/assert";
import { RequestError, SourceError } from "../../../lib/errors.ts";
import { SourceChanged } from "../../../lib/storage/remote/range_reader.ts";
import {
  fromStorageFailure,
  toStorageFailure,
} from "../../../lib/storage/remote/storage_messages.ts";

const ERRORS = [
  new SourceChanged("a/b.mp4"),
  new SourceError("SOURCE_BUSY", "Cannot read 'a': busy"),
  new RequestError("NOT_FOUND", "Cannot list 'a'"),
];

for (const error of ERRORS) {
  Deno.test(`fromStorageFailure() restores ${error.name}`, () => {
    const restored = fromStorageFailure(structuredClone(toStorageFailure(error)));
    assert(restored instanceof error.constructor);
    const toFields = (error: Error): object => ({ ...error, message: error.message });
    assertEquals(toFields(restored), toFields(error));
  });
}

Deno.test("fromStorageFailure() restores the stack of an internal error in its message", () => {
  const restored = fromStorageFailure(toStorageFailure(new TypeError("wrong")));
  assertEquals(restored.name, "Error");
  assert(restored.message.startsWith("TypeError: wrong\n    at "));
  assertEquals(fromStorageFailure(toStorageFailure("wrong")).message, "wrong");
});
