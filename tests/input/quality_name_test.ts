import { assertEquals } from "@std/assert";
import { endsInHeight, getSeriesPrefix, splitQuality } from "../../lib/input/quality_name.ts";

const qualities: [name: string, stem?: string, height?: number][] = [
  ["film-720p", "film", 720],
  ["film.1080P", "film", 1080],
  ["film_480", "film", 480],
  ["film.2160", "film", 2160],
  ["film 720p", "film", 720],
  ["film 720"],
  ["film-1080i", "film", 1080],
  ["film-1080p60", "film", 1080],
  ["film-1280x720", "film", 720],
  ["film-1500k", "film", 0],
  ["film-1500kbps", "film", 0],
  ["film-4k", "film", 2160],
  ["film.UHD", "film", 2160],
  ["film (720p)", "film", 720],
  ["film - [720p]", "film", 720],
  ["film [720p)"],
  ["film-(720"],
  ["film.f137", "film", 0],
  ["film-f137"],
  ["race.f1"],
  ["film-721"],
  ["film-0720"],
  ["film-2020"],
  ["film720p"],
  ["720p"],
  ["- 720p"],
  [""],
  ["film-720p-x"],
];

for (const [name, stem, height] of qualities) {
  Deno.test(`splitQuality() of ${JSON.stringify(name)} finds ${height ?? "none"}`, () => {
    const expected = stem === undefined ? undefined : { stem, height };
    assertEquals(splitQuality(name, () => false), expected as ReturnType<typeof splitQuality>);
  });
}

Deno.test("splitQuality() takes no plain number of a series", () => {
  const isSeries = (prefix: string) => prefix === "IMG_";
  assertEquals(splitQuality("IMG_1080", isSeries), undefined);
  assertEquals(splitQuality("IMG_1080p", isSeries), { stem: "IMG", height: 1080 });
  assertEquals(splitQuality("film_1080", isSeries), { stem: "film", height: 1080 });
});

for (
  const [name, prefix] of [
    ["IMG_1079", "IMG_"],
    ["IMG_0720", "IMG_"],
    ["part 10", "part "],
    ["film-720"],
    ["film-720p"],
    ["film"],
    ["7"],
  ]
) {
  Deno.test(`getSeriesPrefix() of ${name} is ${prefix}`, () => {
    assertEquals(getSeriesPrefix(name!), prefix);
  });
}

Deno.test("endsInHeight() is true for a height alone", () => {
  assertEquals(["IMG_1080", "film-480", "film-480p", "film_481"].map(endsInHeight), [
    true,
    true,
    false,
    false,
  ]);
});
