import { assertEquals } from "@std/assert";
import type { PackageTrack } from "../../lib/package/package.ts";
import { describeTracks, type Played, suggestPlaying } from "../../lib/packager/next_step.ts";

const tracks = (...types: PackageTrack["type"][]) => ({
  tracks: types.map((type, i) => ({ type, file: "a.mp4", language: "und", name: `${i}` })),
});

const counted: [types: PackageTrack["type"][], seconds: number, text: string][] = [
  [
    ["video", "text", "video", "audio", "video"],
    24,
    "3 video, 1 audio, 1 subtitle track, 24 s",
  ],
  [["video"], 12.0416666, "1 video track, 12.042 s"],
  [["audio", "audio"], 5400, "2 audio tracks, 5400 s"],
  [["video", "image", "text", "text"], 0.5, "1 video, 2 subtitle, 1 thumbnail track, 0.5 s"],
];

for (const [types, seconds, text] of counted) {
  Deno.test(`describeTracks() returns ${text}`, () => {
    assertEquals(describeTracks(tracks(...types), seconds), text);
  });
}

const PLAYED: Played = {
  output: "/srv/films/video.json",
  files: ["/srv/films/a.mp4"],
  sources: [],
  currentDirectory: "/srv/films",
  isProtected: false,
};

const URL = "http://localhost:8080";

const suggested: [what: string, played: Partial<Played>, text: string | undefined][] = [
  ["the current directory", {}, `ams -d . then ${URL}/video.json/`],
  ["one above", { currentDirectory: "/srv" }, `ams -d . then ${URL}/films/video.json/`],
  ["one below", { currentDirectory: "/srv/films/x" }, `ams -d .. then ${URL}/video.json/`],
  [
    "one with files elsewhere",
    { files: ["/srv/media/a.mp4", "/srv/films/b.mp4"] },
    `ams -d .. then ${URL}/films/video.json/`,
  ],
  [
    "another, with names to quote and encode",
    { output: "/my films/100%?.json", files: [], currentDirectory: "/home/me/a/b/c" },
    `ams -d '/my films' then ${URL}/100%25%3F.json/`,
  ],
  [
    "one that looks like an option",
    { output: "/a/-b/v.json", files: ["/a/-b/c.mp4"], currentDirectory: "/a/c" },
    `ams -d ../-b then ${URL}/v.json/`,
  ],
  [
    "one that begins with two dots",
    { currentDirectory: "/srv", output: "/srv/x/..a.mp4/../v.json", files: ["/srv/..a.mp4"] },
    `ams -d . then ${URL}/x/v.json/`,
  ],
  [
    "a protected package",
    { files: ["/srv/films/.heat/a.mp4"], isProtected: true },
    `ams -d . --keys KEYS then ${URL}/video.json/`,
  ],
  [
    "one with files of other machines besides",
    {
      files: ["https://h/x/a.mp4", "/srv/films/b.mp4"],
      sources: ["https://h/x?ca=ca.pem", "s3://media"],
    },
    `ams -d . --allow-source 'https://h/x?ca=ca.pem' --allow-source s3://media then ${URL}/video.json/`,
  ],
  [
    "a bucket",
    { output: "s3://media/films/v#é.json?region=x", files: ["s3://media/films/a.mp4"] },
    `ams -d 's3://media/films?region=x' then ${URL}/v%23%C3%A9.json/`,
  ],
  [
    "a bucket without a prefix",
    { output: "s3://media/v.json" },
    `ams -d s3://media then ${URL}/v.json/`,
  ],
  ["an object that is not served", { output: "s3://media/v.txt" }, undefined],
  ["a hidden object", { output: "s3://media/.v.json" }, undefined],
  ["a name that is not served", { output: "/srv/films/video.txt" }, undefined],
  ["a hidden package", { output: "/srv/films/.v.json" }, undefined],
];

for (const [what, played, text] of suggested) {
  Deno.test({
    name: `suggestPlaying() names a document root: ${what}`,
    ignore: Deno.build.os === "windows",
    fn: () => {
      const line = suggestPlaying({ ...PLAYED, ...played });
      assertEquals(line, text && `Play it: ${text}`);
    },
  });
}
