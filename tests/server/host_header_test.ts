import { assertThrows } from "@std/assert";
import { RequestError } from "../../lib/errors.ts";
import { rejectInvalidHost } from "../../lib/server/host_header.ts";

for (const host of [null, "", "a.example", "a.example:8080", "[::1]:80"]) {
  Deno.test(`rejectInvalidHost() accepts ${host}`, () => rejectInvalidHost(host));
}

Deno.test("rejectInvalidHost() accepts the authority of the URL, and no host", () => {
  rejectInvalidHost("a:80", "a:80");
  rejectInvalidHost(null, "a:80");
});

for (const authority of ["b", "a:80", "A", ""]) {
  Deno.test(`rejectInvalidHost() rejects host a for a URL of '${authority}'`, () => {
    const message = `Cannot use the host 'a': the URL is of '${authority}'`;
    assertThrows(() => rejectInvalidHost("a", authority), RequestError, message);
  });
}

for (const host of ["a/b", "a\\b", "a?b", "a#b", "u@b"]) {
  Deno.test(`rejectInvalidHost() rejects ${host}`, () => {
    assertThrows(() => rejectInvalidHost(host), RequestError, `Cannot use the host '${host}'`);
  });
}
