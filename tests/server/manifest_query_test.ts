import { assertEquals, assertThrows } from "@std/assert";
import { RequestError } from "../../lib/errors.ts";
import { readManifestQuery } from "../../lib/server/manifest_query.ts";

const FORWARDED = new Set(["token", "u v"]);

for (
  const query of ["", "a=1", "&", "=", "?", "Filter=x", "START=x", "%ff=1", "tokens=1", "x&&y"]
) {
  Deno.test(`readManifestQuery() returns undefined for '${query}'`, () => {
    assertEquals(readManifestQuery(query, FORWARDED), undefined);
  });
}

Deno.test("readManifestQuery() rejects more than 16,384 characters if any are used", () => {
  const query = (used: string, length: number) => used + "x".repeat(length - used.length);
  assertEquals(readManifestQuery(query("x=", 100_000), FORWARDED), undefined);
  assertEquals(readManifestQuery(query("start=1&x=", 16384), FORWARDED)?.start, 1);
  assertThrows(
    () => readManifestQuery(query("start=1&x=", 16385), FORWARDED),
    RequestError,
    "Cannot read a query of 16385 characters, expected at most 16384",
  );
});

const times: [text: string, seconds: number][] = [
  ["0", 0],
  ["90", 90],
  ["90.25", 90.25],
  ["007", 7],
  ["1:30", 90],
  ["01:30.5", 90.5],
  ["00:01:30", 90],
  ["00:01:30.125", 90.125],
  ["1:00:00", 3600],
  ["100:00:01", 360001],
  ["00%3A01%3A30", 90],
  ["9".repeat(400), 9e9],
  ["999999999:00:00", 9e9],
];

for (const [text, seconds] of times) {
  Deno.test(`readManifestQuery() reads the time ${text.slice(0, 20)}`, () => {
    const { start, end } = readManifestQuery(`start=${text}&x=1&end=${text}`, FORWARDED)!;
    assertEquals([start, end], [seconds, seconds]);
  });
}

/** Queries, and what is forwarded to URLs of media and of playlists. */
const forwarded: [query: string, media: string, playlists: string][] = [
  ["start=1", "", "?start=1"],
  ["x=1&start=1&y=2", "", "?start=1"],
  ["token=a", "?token=a", "?token=a"],
  ["token", "?token", "?token"],
  ["token=", "?token=", "?token="],
  ["token=b&x=1&token=a", "?token=b&token=a", "?token=b&token=a"],
  [
    "end=01%3A00&token=%2F+%41&u+v=%c3%a9",
    "?token=%2F+%41&u+v=%c3%a9",
    "?end=01%3A00&token=%2F+%41&u+v=%c3%a9",
  ],
  [
    'filter=type=="audio"&u%20v="<>',
    "?u%20v=%22%3C%3E",
    "?filter=type==%22audio%22&u%20v=%22%3C%3E",
  ],
  ["token=$Time$&amp;token=1", "?token=$Time$", "?token=$Time$"],
];

for (const [query, media, playlists] of forwarded) {
  Deno.test(`readManifestQuery() forwards ${query}`, () => {
    const { mediaQuery, playlistQuery } = readManifestQuery(query, FORWARDED)!;
    assertEquals([mediaQuery, playlistQuery], [media, playlists]);
    const again = readManifestQuery(playlistQuery.slice(1), FORWARDED)!;
    assertEquals(again.playlistQuery, playlistQuery);
  });
}

const rejected: [query: string, reason: string][] = [
  ["start=", "Cannot read start=''"],
  ["start", "Cannot read start=''"],
  ["start=-1", "Cannot read start='-1'"],
  ["start=+1", "Cannot read start=' 1'"],
  ["start=1e3", "Cannot read start='1e3'"],
  ["start=1.", "Cannot read start='1.'"],
  ["start=.5", "Cannot read start='.5'"],
  ["start=0x10", "Cannot read start='0x10'"],
  ["start=Infinity", "Cannot read start='Infinity'"],
  ["start=1:60", "Cannot read start='1:60'"],
  ["start=60:00", "Cannot read start='60:00'"],
  ["start=1:2:3:4", "Cannot read start='1:2:3:4'"],
  ["start=01:02:3", "Cannot read start='01:02:3'"],
  ["start=1m", "expected seconds (90.5) or a time (00:01:30.5)"],
  [`end=${"x".repeat(1000)}`, `Cannot read end='${"x".repeat(100)}'`],
  ["end=1&start=2&end=3", "Cannot use end twice: '3'"],
  ["filter=type==%22text%22&filter=type==%22text%22", "Cannot use filter twice"],
  ["filter=", "Cannot read the filter at its end"],
  ["filter", "Cannot read the filter at its end"],
  ["filter=x%3C3", "Cannot read the filter at character 1, 'x<3'"],
  ["filter=type==%zz", "the percent-encoding of 'filter' is not valid UTF-8"],
  ["start=%ff", "the percent-encoding of 'start'"],
  ["token=%", "the percent-encoding of 'token'"],
  ['filter=type=="video"&&systemBitrate<1000', "&& must be escaped as %26%26"],
  ['filter=type=="video"&&(MaxHeight<1000)', "&& must be escaped as %26%26"],
  ['filter=type=="video"&&!type=="text"', "&& must be escaped as %26%26"],
  ['filter=type=="video"+&&+type=="text"', "&& must be escaped as %26%26"],
  ["filter=type==%22video%22&&%20type==%22text%22", "&& must be escaped as %26%26"],
  [`token=${"x".repeat(2043)}`, "Cannot forward 2050 characters of a query, expected at most 2048"],
  [`filter=${"%20".repeat(2049)}`, "a filter of 2049 characters, expected at most 2048"],
];

for (const [query, reason] of rejected) {
  Deno.test(`readManifestQuery() rejects ${query.slice(0, 60)}`, () => {
    const error = assertThrows(() => readManifestQuery(query, FORWARDED), RequestError, reason);
    assertEquals(error.code, "BAD_REQUEST");
  });
}

Deno.test("readManifestQuery() accepts a doubled & that is not part of a filter", () => {
  const selection = readManifestQuery("filter=type==%22text%22&&token=1&&&start=1", FORWARDED)!;
  assertEquals([selection.mediaQuery, selection.start], ["?token=1", 1]);
});

Deno.test("readManifestQuery() forwards 2048 characters", () => {
  const token = `token=${"x".repeat(2041)}`;
  assertEquals(readManifestQuery(token, FORWARDED)!.mediaQuery, `?${token}`);
});
