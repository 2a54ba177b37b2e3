import { assertEquals, assertThrows } from "@std/assert";
import { MediaError } from "../../../lib/errors.ts";
import {
  findTags,
  getTagValue,
  parseAttributes,
  readPlaylist,
} from "../../../lib/verify/readers/playlist.ts";

const TEXT = `#EXTM3U
#EXT-X-VERSION:6
#EXTINF:2.000000,
a.m4s
#EXTINF:1.5,
b.m4s
#EXT-X-ENDLIST
`;

Deno.test("readPlaylist() assigns tags to URIs", () => {
  const { tags, uris } = readPlaylist(TEXT);
  assertEquals(tags.length, 5);
  assertEquals(uris.map(({ uri, tags }) => [uri, tags.at(-1)!.value]), [
    ["a.m4s", "2.000000,"],
    ["b.m4s", "1.5,"],
  ]);
});

Deno.test("findTags() and getTagValue() find tags by name", () => {
  const playlist = readPlaylist(TEXT);
  assertEquals(findTags(playlist, "EXTINF").map(({ value }) => value), ["2.000000,", "1.5,"]);
  assertEquals(getTagValue(playlist, "EXT-X-VERSION"), "6");
  assertEquals(getTagValue(playlist, "EXT-X-ENDLIST"), "");
  assertEquals(getTagValue(playlist, "EXT-X-MAP"), undefined);
});

Deno.test("parseAttributes() keeps commas in quotes", () => {
  const tag = { name: "EXT-X-STREAM-INF", value: 'BANDWIDTH=1,CODECS="a,b",AUDIO=""' };
  assertEquals(parseAttributes(tag), { BANDWIDTH: "1", CODECS: "a,b", AUDIO: "" });
});

const invalid: [text: string, message: string][] = [
  ["#EXTM3U", "Cannot find a line feed at the end"],
  ["#EXT-X-VERSION:6\n", "Cannot find #EXTM3U in the first line"],
  ["#EXTM3U\n\n", "Cannot read the line ''"],
  ["#EXTM3U\na.ts \n", "Cannot read the line 'a.ts '"],
  ["#EXTM3U\n#ext-x-map\n", "Cannot read the tag '#ext-x-map'"],
];

for (const [text, message] of invalid) {
  Deno.test(`readPlaylist() refuses ${JSON.stringify(text)}`, () => {
    assertThrows(() => readPlaylist(text), MediaError, message);
  });
}
