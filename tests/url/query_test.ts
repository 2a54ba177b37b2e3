import { assertEquals, assertThrows } from "@std/assert";
import { RequestError } from "../../lib/errors.ts";
import { formatQuery, formatRawQuery, getParameterValue, parseQuery } from "../../lib/url/query.ts";

/** A query, and its parameters: name, value, and text in a forwarded query. */
const queries: [query: string, ...parameters: [name: string, value: string, raw: string][]][] = [
  [""],
  ["a=1", ["a", "1", "a=1"]],
  ["a=1&b=2", ["a", "1", "a=1"], ["b", "2", "b=2"]],
  ["b=2&a=1&b=3", ["b", "2", "b=2"], ["a", "1", "a=1"], ["b", "3", "b=3"]],
  ["a", ["a", "", "a"]],
  ["a=", ["a", "", "a="]],
  ["=1&&a=1&", ["a", "1", "a=1"]],
  ["a=b=c?d/e", ["a", "b=c?d/e", "a=b=c?d/e"]],
  ["a=x+y%2Bz%20", ["a", "x y+z ", "a=x+y%2Bz%20"]],
  ["a+b=1", ["a b", "1", "a+b=1"]],
  ["%61=%C3%A9", ["a", "é", "%61=%C3%A9"]],
  ["a=%26amp;", ["a", "&amp;", "a=%26amp;"]],
  [`a="<é>'`, ["a", `"<é>'`, "a=%22%3C%C3%A9%3E'"]],
  ["a={b}|^`\\[]#", ["a", "{b}|^`\\[]#", "a=%7Bb%7D%7C%5E%60%5C%5B%5D%23"]],
  ["a=$Time$", ["a", "$Time$", "a=$Time$"]],
  ["a=\ud800", ["a", "\ufffd", "a=%EF%BF%BD"]],
  ["%ff=1&a%=2&b=3", ["b", "3", "b=3"]],
];

for (const [query, ...parameters] of queries) {
  Deno.test(`parseQuery() reads ${JSON.stringify(query)}`, () => {
    const found = parseQuery(query);
    assertEquals(found.map((one) => [one.name, getParameterValue(one), one.raw]), parameters);
    assertEquals(parseQuery(formatQuery(found).slice(1)), found);
  });
}

for (const value of ["%", "%4", "%zz", "%ff", "%c3%28", "%ed%a0%80"]) {
  Deno.test(`getParameterValue() rejects ${value}`, () => {
    const [parameter] = parseQuery(`a=${value}`);
    assertThrows(() => getParameterValue(parameter!), RequestError, "the percent-encoding of 'a'");
  });
}

Deno.test("formatQuery() returns an empty string without parameters", () =>
  assertEquals(formatQuery([]), ""));

Deno.test("formatRawQuery() returns a query that a URL may contain", () => {
  const queries = ["", "a=1&&b", 'é="\ud800%'].map((rawQuery) => formatRawQuery({ rawQuery }));
  assertEquals(queries, ["", "?a=1&&b", "?%C3%A9=%22%EF%BF%BD%"]);
  assertEquals(formatRawQuery({}), "");
});
