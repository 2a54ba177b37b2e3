import { assertEquals } from "@std/assert";
import { formatEmbedQuery, isEmbedRequest } from "../../lib/server/embed_query.ts";

const requests: [query: string | undefined, isEmbed: boolean][] = [
  [undefined, false],
  ["", false],
  ["embed", true],
  ["autoplay&embed=1", true],
  ["embedded&url=embed", false],
];

for (const [query, isEmbed] of requests) {
  Deno.test(`isEmbedRequest() returns ${isEmbed} for '${query}'`, () => {
    assertEquals(isEmbedRequest(query === undefined ? {} : { rawQuery: query }), isEmbed);
  });
}

const queries: [query: string, expected: string][] = [
  ["", "?embed"],
  ["embed&embed", "?embed"],
  ["play&start=1&token=secret&end=2", "?embed&start=1&end=2"],
  [`filter=type=="audio"&loop`, "?embed&filter=type==%22audio%22&loop"],
];

for (const [query, expected] of queries) {
  Deno.test(`formatEmbedQuery() turns '${query}' into ${expected}`, () => {
    assertEquals(formatEmbedQuery(query), expected);
  });
}
