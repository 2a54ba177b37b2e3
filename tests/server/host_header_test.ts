import { assertThrows } from "@std/assert";
import { RequestError } from "../../lib/errors.ts";
import { rejectInvalidHost } from "../../lib/server/host_header.ts";

for (const host of [null, "", "a.example", "a.example:8080", "[::1]:80"]) {
  Deno.test(`rejectInvalidHost() accepts ${host}`, () => rejectInvalidHost(host));
}

for (const host of ["a/b", "a\\b", "a?b", "a#b", "u@b"]) {
  Deno.test(`rejectInvalidHost() rejects ${host}`, () => {
    assertThrows(() => rejectInvalidHost(host), RequestError, `Cannot use the host '${host}'`);
  });
}
