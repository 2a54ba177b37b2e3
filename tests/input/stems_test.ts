import { assertEquals } from "@std/assert";
import { type Film, groupByStem, groupInSteps } from "../../lib/input/stems.ts";

/** Names of a directory, and each film of it as its members; the first is the owner. */
const directories: [what: string, names: string[], films: string[][]][] = [
  ["one file", ["film.mp4"], [["film.mp4"]]],
  ["nothing to play", ["notes.txt", "film.json", "film.vtt", "film.mkv", "film.xml"], []],
  [
    "everything of a film",
    [
      "film.1080p.mp4",
      "film-720p.mp4",
      "film.en.sdh.srt",
      "film.fr.m4a",
      "film.fr.vtt",
      "film.jpg",
      "film.mp4",
      "film.thumbs.mp4",
      "film_480.mp4",
    ],
    [[
      "film.mp4",
      "film.1080p.mp4 video 1080",
      "film-720p.mp4 video 720",
      "film_480.mp4 video 480",
      "film.fr.m4a audio fr",
      "film.en.sdh.srt subtitle en caption",
      "film.fr.vtt subtitle fr",
      "film.thumbs.mp4 thumbnails",
    ]],
  ],
  [
    "Plex",
    [
      "Batman Begins (2005) {imdb-tt0372784}.mp4",
      "Batman Begins (2005) {imdb-tt0372784}.eng.forced.srt",
      "Batman Begins (2005) {imdb-tt0372784}.pt-BR.srt",
      "Batman Begins (2005) {imdb-tt0372784}.en.sdh.srt",
      "Batman Begins (2005) {imdb-tt0372784}-trailer.mp4",
    ],
    [
      [
        "Batman Begins (2005) {imdb-tt0372784}.mp4",
        "Batman Begins (2005) {imdb-tt0372784}.en.sdh.srt subtitle en caption",
        "Batman Begins (2005) {imdb-tt0372784}.eng.forced.srt subtitle en forced",
        "Batman Begins (2005) {imdb-tt0372784}.pt-BR.srt subtitle pt-BR",
      ],
      ["Batman Begins (2005) {imdb-tt0372784}-trailer.mp4"],
    ],
  ],
  [
    "versions of Jellyfin, of which an edition is another film",
    [
      "Best Movie (2019) - 1080p.mp4",
      "Best Movie (2019) - 720p.mp4",
      "Best Movie (2019) - [480p].mp4",
      "Best Movie (2019) - Directors Cut.mp4",
      "Best Movie (2019).default.en.srt",
    ],
    [
      [
        "Best Movie (2019) - 1080p.mp4 1080",
        "Best Movie (2019) - 720p.mp4 video 720",
        "Best Movie (2019) - [480p].mp4 video 480",
        "Best Movie (2019).default.en.srt subtitle en default",
      ],
      ["Best Movie (2019) - Directors Cut.mp4"],
    ],
  ],
  [
    "external audio of Jellyfin",
    ["Film (2021).mp4", "Film (2021).ja.m4a", "Film (2021).commentary.en.m4a"],
    [[
      "Film (2021).mp4",
      "Film (2021).commentary.en.m4a audio en commentary",
      "Film (2021).ja.m4a audio ja",
    ]],
  ],
  [
    "Kodi",
    [
      "Film (1999).mp4",
      "Film (1999).English.srt",
      "Film (1999).Brazilian Portuguese.srt",
      "Film (1999).en.forced.srt",
      "Film (1999)-poster.jpg",
      "Film (1999).nfo",
    ],
    [[
      "Film (1999).mp4",
      "Film (1999).Brazilian Portuguese.srt subtitle pt-BR",
      "Film (1999).en.forced.srt subtitle en forced",
      "Film (1999).English.srt subtitle en",
    ]],
  ],
  [
    "parts of Kodi and Plex, which are no ladder",
    ["Film-cd1.mp4", "Film-cd2.mp4", "Film - pt1.mp4", "Film - pt2.mp4"],
    [["Film-cd1.mp4"], ["Film-cd2.mp4"], ["Film - pt1.mp4"], ["Film - pt2.mp4"]],
  ],
  [
    "yt-dlp",
    [
      "Me at the zoo [jNQXAC9IVRw].mp4",
      "Me at the zoo [jNQXAC9IVRw].en.vtt",
      "Me at the zoo [jNQXAC9IVRw].de-en.vtt",
      "Me at the zoo [jNQXAC9IVRw].zh-Hans.srt",
      "Me at the zoo [jNQXAC9IVRw].en-orig.vtt",
      "Me at the zoo [jNQXAC9IVRw].info.json",
      "Me at the zoo [jNQXAC9IVRw].live_chat.json",
      "Me at the zoo [jNQXAC9IVRw].webp",
      "Me at the zoo [jNQXAC9IVRw].description",
    ],
    [[
      "Me at the zoo [jNQXAC9IVRw].mp4",
      "Me at the zoo [jNQXAC9IVRw].de-en.vtt subtitle de",
      "Me at the zoo [jNQXAC9IVRw].en-orig.vtt subtitle en",
      "Me at the zoo [jNQXAC9IVRw].en.vtt subtitle en",
      "Me at the zoo [jNQXAC9IVRw].zh-Hans.srt subtitle zh-Hans",
    ]],
  ],
  [
    "formats of yt-dlp that were not merged",
    ["Zoo [jNQXAC9IVRw].f137.mp4", "Zoo [jNQXAC9IVRw].f140.m4a", "Zoo [jNQXAC9IVRw].en.vtt"],
    [[
      "Zoo [jNQXAC9IVRw].f137.mp4",
      "Zoo [jNQXAC9IVRw].f140.m4a audio",
      "Zoo [jNQXAC9IVRw].en.vtt subtitle en",
    ]],
  ],
  [
    "three episodes",
    [
      "Show - s01e01 - Pilot.mp4",
      "Show - s01e01 - Pilot.en.srt",
      "Show - s01e02 - Second.mp4",
      "Show - s01e02 - Second.en.srt",
      "Show - s01e10 - Last.720p.mp4",
      "Show - s01e10 - Last.480p.mp4",
      "Show.en.srt",
    ],
    [
      ["Show - s01e01 - Pilot.mp4", "Show - s01e01 - Pilot.en.srt subtitle en"],
      ["Show - s01e02 - Second.mp4", "Show - s01e02 - Second.en.srt subtitle en"],
      ["Show - s01e10 - Last.720p.mp4 720", "Show - s01e10 - Last.480p.mp4 video 480"],
    ],
  ],
  ["numbered files", ["part 1.mp4", "part 2.mp4", "part 10.mp4"], [
    ["part 1.mp4"],
    ["part 2.mp4"],
    ["part 10.mp4"],
  ]],
  [
    "files of a camera, of which some numbers are heights",
    ["IMG_0720.MP4", "IMG_1079.MP4", "IMG_1080.MP4", "IMG_1440.MP4"],
    [["IMG_0720.MP4"], ["IMG_1079.MP4"], ["IMG_1080.MP4"], ["IMG_1440.MP4"]],
  ],
  [
    "two languages of audio",
    ["film.mp4", "film.de.m4a", "film.fr.m4a", "film.de.srt"],
    [[
      "film.mp4",
      "film.de.m4a audio de",
      "film.fr.m4a audio fr",
      "film.de.srt subtitle de",
    ]],
  ],
  [
    "two languages with video: the audio of the other",
    ["film.en.mp4", "film.fr.mp4", "film.fr.vtt"],
    [["film.en.mp4 en", "film.fr.mp4 audio fr", "film.fr.vtt subtitle fr"]],
  ],
  [
    "two languages, each in two qualities",
    ["film.fr.720p.mp4", "film.fr.1080p.mp4", "film.mp4"],
    [["film.mp4", "film.fr.1080p.mp4 audio fr 1080", "film.fr.720p.mp4 audio fr 720"]],
  ],
  ["two languages without video", ["book.en.m4a", "book.fr.m4a"], [
    ["book.en.m4a en"],
    ["book.fr.m4a fr"],
  ]],
  ["an audio book", ["book.en.vtt", "book.fr.m4a", "book.m4b"], [
    ["book.m4b", "book.fr.m4a audio fr", "book.en.vtt subtitle en"],
  ]],
  ["one file with a language", ["film.en.mp4", "film.en.vtt", "film.fr.vtt"], [
    ["film.en.mp4 en", "film.en.vtt subtitle en", "film.fr.vtt subtitle fr"],
  ]],
  ["a ladder without a bare stem", ["a-240.mp4", "a-1080.mp4", "a-480.mp4", "a.vtt"], [
    ["a-1080.mp4 1080", "a-480.mp4 video 480", "a-240.mp4 video 240", "a.vtt subtitle"],
  ]],
  ["a ladder of sizes and rates", [
    "a_1280x720_1500k.mp4",
    "a_640x360_400k.mp4",
    "a-128k.m4a",
    "a-96kbps.m4a",
  ], [[
    "a_1280x720_1500k.mp4 720",
    "a_640x360_400k.mp4 video 360",
    "a-96kbps.m4a audio",
    "a-128k.m4a audio",
  ]]],
  ["a ladder of names", ["a (4K).mp4", "a (HD).mp4", "a [sd].mp4", "a 720p60.mp4"], [
    [
      "a (4K).mp4 2160",
      "a (HD).mp4 video 720",
      "a 720p60.mp4 video 720",
      "a [sd].mp4 video 480",
    ],
  ]],
  ["audio with the bare stem, which is the owner", ["a.m4a", "a-720p.mp4", "a-480p.mp4"], [
    ["a.m4a", "a-720p.mp4 video 720", "a-480p.mp4 video 480"],
  ]],
  ["audio and video with the bare stem", ["a.m4a", "a.mp4"], [["a.mp4", "a.m4a audio"]]],
  ["a film in two formats, each a film", ["a.mov", "a.mp4", "a.en.vtt"], [
    ["a.mp4", "a.en.vtt subtitle en"],
    ["a.mov"],
  ]],
  ["thumbnails", ["a-thumbs.mp4", "a.mp4", "b.thumbnails.m4v", "b.mp4"], [
    ["a.mp4", "a-thumbs.mp4 thumbnails"],
    ["b.mp4", "b.thumbnails.m4v thumbnails"],
  ]],
  ["unrelated files", [
    "film.mp4",
    "film 2.mp4",
    "filmography.vtt",
    "film.chapters.vtt",
    "film-2.en.vtt",
    "other.fr.vtt",
    "film.thumbs.vtt",
  ], [["film.mp4"], ["film 2.mp4"]]],
  ["names that are tags alone", ["1080p.mp4", "720p.mp4", "fr.vtt", "thumbs.mp4"], [
    ["1080p.mp4"],
    ["720p.mp4"],
    ["thumbs.mp4"],
  ]],
  ["names that end like languages", ["Let.It.Be.mp4", "Let.It.mp4", "the.final.cut.mp4"], [
    ["Let.It.Be.mp4"],
    ["Let.It.mp4"],
    ["the.final.cut.mp4"],
  ]],
  ["releases, which have no quality at the end", [
    "Film.2020.1080p.WEB.x264-GROUP.mp4",
    "Film.2020.1080p.WEB.x264-GROUP.en.srt",
    "Film.2020.720p.WEB.x264-GROUP.mp4",
  ], [
    ["Film.2020.1080p.WEB.x264-GROUP.mp4", "Film.2020.1080p.WEB.x264-GROUP.en.srt subtitle en"],
    ["Film.2020.720p.WEB.x264-GROUP.mp4"],
  ]],
];

for (const [what, names, films] of directories) {
  Deno.test(`groupByStem() of ${what}`, () => {
    assertEquals(groupByStem(names).map(formatFilm), films);
  });
}

Deno.test("groupByStem() gives stems of one film each", () => {
  const names = "a.mov a.mp4 a.m4v b.en.m4a b.fr.m4a c-720p.mp4 c.vtt d_480.mp4".split(" ");
  const films = groupByStem(names);
  assertEquals(films.map(({ owner, stem }) => [owner, stem]), [
    ["a.mp4", "a"],
    ["a.mov", "a.mov"],
    ["a.m4v", "a.m4v"],
    ["b.en.m4a", "b.en"],
    ["b.fr.m4a", "b.fr"],
    ["c-720p.mp4", "c"],
    ["d_480.mp4", "d_480"], // alone, so that the number may be a camera's
  ]);
});

Deno.test("groupByStem() depends on the order of names for the order of films alone", () => {
  const names = directories.flatMap(([, names]) => names);
  const sorted = (films: Film[]) => films.map(formatFilm).sort();
  const unique = [...new Set(names)];
  assertEquals(sorted(groupByStem(unique.toReversed())), sorted(groupByStem(unique)));
});

function formatFilm({ owner, members }: Film): string[] {
  assertEquals(members[0]!.name, owner);
  return members.map(({ name, kind, language, role, isDefault, height }, i) =>
    [
      name,
      i > 0 && kind,
      language,
      role,
      isDefault && "default",
      height,
    ].filter(Boolean).join(" ")
  );
}

Deno.test("groupInSteps() takes a step for each name and each film", () => {
  const names = ["a.mp4", "a.fr.vtt", "b.mp4", "notes.txt"];
  const steps = groupInSteps(names);
  let count = 0;
  let step = steps.next();
  for (; !step.done; step = steps.next()) count++;
  assertEquals([count, step.value], [5, groupByStem(names)]);
});
