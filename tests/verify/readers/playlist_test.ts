import { assertEquals, assertThrows } from "@std/assert";
import { MediaError } from "../../../lib/errors.ts";
import {
  findTags,
  getTagValue,
  parseAttributes,
  readPlaylist,
} from "../../../lib/verify/readers/playlist.ts";

const TEXT = `#EXTM3U
#EXT-X-VERSION:7
#EXTINF:2.000,
0.m4s
#EXT-X-DISCONTINUITY
#EXTINF:1.5,Title, with a comma
1.m4s?a=b#c
#EXT-X-ENDLIST
`;

Deno.test("readPlaylist() reads tags, and URIs with the tags before them", () => {
  const { tags, uris } = readPlaylist(TEXT);
  assertEquals(tags[0], { name: "EXTM3U", value: "" });
  assertEquals(tags.at(-1), { name: "EXT-X-ENDLIST", value: "" });
  assertEquals(uris.map(({ uri }) => uri), ["0.m4s", "1.m4s?a=b#c"]);
  assertEquals(uris[0]!.tags, [
    { name: "EXTM3U", value: "" },
    { name: "EXT-X-VERSION", value: "7" },
    { name: "EXTINF", value: "2.000," },
  ]);
  assertEquals(uris[1]!.tags, [
    { name: "EXT-X-DISCONTINUITY", value: "" },
    { name: "EXTINF", value: "1.5,Title, with a comma" },
  ]);
});

const invalid: [what: string, text: string, message: string][] = [
  ["an empty text", "", "Cannot find #EXTM3U in the first line"],
  ["a first line with a BOM", "\uFEFF#EXTM3U\n", "Cannot find #EXTM3U in the first line"],
  ["no line feed at the end", "#EXTM3U\n0.m4s", "Cannot find a line feed at the end"],
  ["an empty line", "#EXTM3U\n\n0.m4s\n", "Cannot read the line ''"],
  ["a blank after a URI", "#EXTM3U\n0.m4s \n", "Cannot read the line '0.m4s '"],
  ["CR LF after a URI", "#EXTM3U\n0.m4s\r\n", "Cannot read the line '0.m4s"],
  ["a comment", "#EXTM3U\n# EXTINF\n", "Cannot read the tag '# EXTINF'"],
  ["a tag without its value", "#EXTM3U\n#EXTINF:\n", "Cannot read the tag '#EXTINF:'"],
  ["a control character in a tag", "#EXTM3U\n#EXTINF:2,\tx\n", "Cannot read the line '#EXTINF:2,"],
  ["a blank after a tag", "#EXTM3U\n#EXTINF:2, \n", "Cannot read the line '#EXTINF:2, '"],
  ["an attribute without a value", "#EXTM3U\n#EXT-X-MAP:URI=\n", "attributes of '#EXT-X-MAP:URI='"],
  ["a value with a blank", "#EXTM3U\n#EXT-X-MEDIA:TYPE=A B\n", "Cannot read the attributes"],
  ["an open quote", '#EXTM3U\n#EXT-X-MAP:URI="a\n', "Cannot read the attributes"],
  ["a comma after the attributes", '#EXTM3U\n#EXT-X-MAP:URI="a",\n', "Cannot read the attributes"],
  ["a repeated attribute", "#EXTM3U\n#EXT-X-MEDIA:A=1,A=1\n", "Cannot read the attributes"],
  ["a tag in lower case", "#EXTM3U\n#EXT-x\n", "Cannot read the tag '#EXT-x'"],
];

for (const [what, text, message] of invalid) {
  Deno.test(`readPlaylist() rejects ${what}`, () => {
    assertThrows(() => readPlaylist(text), MediaError, message);
  });
}

Deno.test("parseAttributes() removes quotes, in which commas separate nothing", () => {
  const value = 'URI="init.mp4",BYTERANGE="10@0",CODECS="avc1.4d401f,mp4a.40.2",B=1x2';
  assertEquals(parseAttributes({ name: "EXT-X-MAP", value }), {
    ...{ URI: "init.mp4", BYTERANGE: "10@0", CODECS: "avc1.4d401f,mp4a.40.2", B: "1x2" },
  });
});

Deno.test("findTags() and getTagValue() find tags by their whole name", () => {
  const playlist = readPlaylist(TEXT);
  assertEquals(findTags(playlist, "EXTINF").map(({ value }) => value.slice(0, 3)), ["2.0", "1.5"]);
  assertEquals(getTagValue(playlist, "EXTINF"), "2.000,");
  assertEquals(getTagValue(playlist, "EXT-X"), undefined);
});
