import { assert, assertEquals } from "@std/assert";
import { getErrorAdvice, getErrorTitle } from "../../lib/ui/error_advice.js";

const ERRORS_PAGE = await Deno.readTextFile(new URL("../../docs/errors.md", import.meta.url));

/** Codes that a browser may see: not those whose requests only players send, and that of clients that have gone. */
const CODES = [...ERRORS_PAGE.matchAll(/^\| \[`([A-Z_]+)`\]/gm)].map((match) => match[1]!)
  .filter((code) =>
    !["PRECONDITION_FAILED", "RANGE_NOT_SATISFIABLE", "CLIENT_GONE", "INTERNAL"].includes(code)
  );

Deno.test("getErrorTitle() and getErrorAdvice() know the codes of docs/errors.md", () => {
  assert(CODES.length > 20);
  for (const code of CODES) {
    assert(getErrorTitle(code) !== getErrorTitle(""), code);
    assert(/\.$/.test(getErrorAdvice(code)), code);
  }
});

Deno.test("getErrorTitle() has a title for other codes", () => {
  for (const code of ["", "INTERNAL", "toString"]) {
    assertEquals(getErrorTitle(code), "Something went wrong");
  }
});
