import { assertEquals, assertThrows } from "@std/assert";
import { MediaError } from "../../../lib/errors.ts";
import { parsePushedPlaylist } from "../../../lib/live/manifests/pushed_playlist.ts";
import { buildPushedPlaylist } from "./pushed_files.ts";

Deno.test("parsePushedPlaylist() reads what ffmpeg writes", () => {
  const { isOver, streams } = parsePushedPlaylist(buildPushedPlaylist(8), "index.m3u8");
  const [{ name, isInit, isSegment, isExpected }] = streams as never as [typeof streams[0]];
  assertEquals([isOver, name, streams.length], [false, "index", 1]);
  assertEquals(["init.mp4", "index0.m4s", "index8.m4s"].map(isInit), [true, false, false]);
  assertEquals(["init.mp4", "index0.m4s", "index8.m4s", "index9.m4s"].map(isSegment), [
    false,
    true,
    true,
    false,
  ]);
  assertEquals(["index8.m4s", "index9.m4s", "index10.m4s"].map(isExpected), [false, true, false]);
  assertEquals(
    parsePushedPlaylist(buildPushedPlaylist(8, { isOver: true }), "i.m3u8").isOver,
    true,
  );
});

Deno.test("parsePushedPlaylist() reads a playlist with CRLF, a BOM, directories and encoded names", () => {
  const text =
    '\uFEFF#EXTM3U\r\n#EXT-X-MAP:URI="v/init%20a.mp4?x"\r\n#EXTINF:2,\r\n./v/a%20b-1.m4s#t\r\nhttps://x/y.m4s\r\n';
  const [stream] = parsePushedPlaylist(text, ".m3u8").streams;
  assertEquals([stream!.name, stream!.isInit("v/init a.mp4"), stream!.isSegment("v/a b-1.m4s")], [
    "-m3u8",
    true,
    true,
  ]);
  assertEquals(stream!.isExpected("v/a b-2.m4s"), true);
});

Deno.test("parsePushedPlaylist() reads what a multivariant playlist declares of its alternatives", () => {
  const text = `#EXTM3U
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="English, stereo",DEFAULT=YES,LANGUAGE="eng",URI="out_1.m3u8"
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="Description",DEFAULT=NO,LANGUAGE="und",CHARACTERISTICS="public.accessibility.describes-video",URI="audio/2.m3u8"
#EXT-X-MEDIA:TYPE=CLOSED-CAPTIONS,GROUP-ID="c",NAME="English"
#EXT-X-STREAM-INF:BANDWIDTH=705531,AUDIO="a"
out_0.m3u8
`;
  const { isOver, streams, declarations } = parsePushedPlaylist(text, "master.m3u8");
  assertEquals([isOver, streams], [false, []]);
  assertEquals([...declarations], [
    ["out_1.m3u8", { language: "en", label: "English, stereo", default: true }],
    ["audio/2.m3u8", { label: "Description", role: "description" }],
  ]);
});

const MAP = '#EXT-X-MAP:URI="init.mp4"\n';

for (
  const [name, text, message] of [
    ["another text", "<MPD/>", "Cannot read a playlist without #EXTM3U"],
    [
      "MPEG-TS",
      "#EXTM3U\n#EXTINF:2,\na.ts\n",
      "segments without EXT-X-MAP, expected fragmented MP4",
    ],
    [
      "byte ranges",
      `#EXTM3U\n${MAP}#EXT-X-BYTERANGE:10@0\na.m4s`,
      "byte ranges, expected a file for each segment",
    ],
    [
      "a byte range of the init segment",
      '#EXTM3U\n#EXT-X-MAP:URI="a.mp4",BYTERANGE="10@0"\na.mp4',
      "byte ranges",
    ],
    [
      "encrypted segments",
      `#EXTM3U\n${MAP}#EXT-X-KEY:METHOD=AES-128,URI="k"\na.m4s`,
      "encrypted segments",
    ],
  ] as const
) {
  Deno.test(`parsePushedPlaylist() rejects ${name}`, () => {
    assertThrows(() => parsePushedPlaylist(text, "a.m3u8"), MediaError, message);
  });
}

Deno.test("parsePushedPlaylist() reads a playlist that is empty yet, or has METHOD=NONE", () => {
  const [empty] = parsePushedPlaylist("#EXTM3U\n", "a.m3u8").streams;
  assertEquals([empty!.isSegment(""), empty!.isInit(""), empty!.isExpected("")], [
    false,
    false,
    false,
  ]);
  assertEquals(
    parsePushedPlaylist(`#EXTM3U\n${MAP}#EXT-X-KEY:METHOD=NONE\na.m4s`, "a.m3u8").streams.length,
    1,
  );
});

Deno.test("parsePushedPlaylist() knows the last 1000 segments, and no names beyond 500 characters", () => {
  const names = Array.from({ length: 1001 }, (_, i) => `${i}.m4s`);
  const long = `${"x".repeat(500)}.m4s`;
  const [stream] =
    parsePushedPlaylist(`#EXTM3U\n${MAP}${[...names, long].join("\n")}`, "a.m3u8").streams;
  assertEquals(["0.m4s", "1.m4s", "1000.m4s", long].map(stream!.isSegment), [
    false,
    true,
    true,
    false,
  ]);
});

Deno.test("parsePushedPlaylist() reads long lines without attributes in little time", () => {
  for (const part of ["A", "A=", ',A="', "A,", '"']) {
    const line = `#EXT-X-MEDIA:${part.repeat(2 ** 20 / part.length)}`;
    assertEquals(parsePushedPlaylist(`#EXTM3U\n${line}`, "a.m3u8").declarations.size, 0);
  }
});
