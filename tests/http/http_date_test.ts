import { assertEquals } from "@std/assert";
import { parseHttpDate } from "../../lib/http/http_date.ts";

const NOW = Date.UTC(2026, 10, 29);
const EXAMPLE = Date.UTC(1994, 10, 6, 8, 49, 37);

const dates: [value: string, ms: number | undefined][] = [
  ["Sun, 06 Nov 1994 08:49:37 GMT", EXAMPLE],
  ["Sunday, 06-Nov-94 08:49:37 GMT", EXAMPLE],
  ["Sun Nov  6 08:49:37 1994", EXAMPLE],
  ["Sun Nov 16 08:49:37 1994", EXAMPLE + 10 * 86_400_000],
  ["Sat, 01 Jan 2050 00:00:00 GMT", Date.UTC(2050, 0)],
  ["Thursday, 01-Jan-76 00:00:00 GMT", Date.UTC(2076, 0)],
  ["Saturday, 01-Jan-77 00:00:00 GMT", Date.UTC(1977, 0)],
  ["Sat, 31 Dec 2016 23:59:60 GMT", Date.UTC(2017, 0)],
  ["Thu, 29 Feb 2024 00:00:00 GMT", Date.UTC(2024, 1, 29)],
  ["Sun, 29 Feb 2026 00:00:00 GMT", undefined],
  ["Sun, 00 Nov 1994 08:49:37 GMT", undefined],
  ["Sun, 06 Nov 1994 24:00:00 GMT", undefined],
  ["Sun, 06 Nov 1994 08:49:37 UTC", undefined],
  ["Sun, 06 Nov 1994 08:49:37 +0100", undefined],
  ["Sun, 6 Nov 1994 08:49:37 GMT", undefined],
  ["sun, 06 nov 1994 08:49:37 gmt", undefined],
  ["Sun, 06 Nov 1994 08:49:37 GMT, Sun, 06 Nov 1994 08:49:37 GMT", undefined],
  ["2050", undefined],
  ["2050-01-01", undefined],
  ["2050-01-01T00:00:00Z", undefined],
  ["Jan 2050", undefined],
  ["4102444800", undefined],
  ["soon", undefined],
  ["", undefined],
];

for (const [value, ms] of dates) {
  Deno.test(`parseHttpDate() returns ${ms} for '${value}'`, () => {
    assertEquals(parseHttpDate(value, NOW), ms);
  });
}
