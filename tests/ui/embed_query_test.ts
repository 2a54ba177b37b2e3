import { assertEquals } from "@std/assert";
import { parseEmbedQuery } from "../../lib/ui/embed_query.js";

const NOTHING = { autoplay: false, loop: false, languages: {}, manifestQuery: "" };

const queries: [search: string, expected: Partial<ReturnType<typeof parseEmbedQuery>>][] = [
  ["", {}],
  ["?embed", {}],
  ["?embed&autoplay&loop=1", { autoplay: true, loop: true }],
  ["?embed&autoplay=0&loop=false", {}],
  ["?embed&lang=fr&subtitles=pt-BR", { languages: { audio: "fr", text: "pt-BR" } }],
  ["?embed&lang=", {}],
  ["?start=2&embed&end=6.5&token=x", { manifestQuery: "?start=2&end=6.5" }],
  ["?embed&filter=type%3D%3D%22audio%22", { manifestQuery: "?filter=type%3D%3D%22audio%22" }],
  ["?embed&restart=2&start", {}],
];

for (const [search, expected] of queries) {
  Deno.test(`parseEmbedQuery() reads '${search}'`, () => {
    assertEquals(parseEmbedQuery(search), { ...NOTHING, ...expected });
  });
}
