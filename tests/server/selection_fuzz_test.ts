/** Random queries, the same in every run: each is answered, and none with a 500. */

import { assert, assertEquals } from "@std/assert";
import { parseFilter } from "../../lib/selection/filter.ts";
import { PROPERTY_NAMES } from "../../lib/selection/filter_properties.ts";
import type { Rendition } from "../../lib/presentation/presentation.ts";
import { Prng } from "../robustness/prng.ts";
import { openSample } from "../sample_presentations.ts";
import { testApp } from "./fixture.ts";

const VALUES = [
  ...['"video"', '"audio"', '"textstream"', '"eng"', '"AVC1"', '"mp4a"', '"text"', '""', '"é"'],
  ...["0", "1", "2", "240", "1000", "35623.5", "99999999999999999999"],
];
const OPERATORS = ["==", "!=", "<", "<=", ">", ">="];
const SCRAPS = [
  ...PROPERTY_NAMES,
  ...VALUES,
  ...OPERATORS,
  ...["&&", "||", "!", "(", ")", " ", '"', "=", "&", "|", "+", "%", "%2", "%ff", "%00", "\0", "ÿ"],
  ...["\ud800", "filter=", "start=", "end=", "token=", "1:2", ".5", "-1", "$Time$", "'", "<", "#"],
];

/** Anything. */
function scraps(dice: Prng): string {
  return Array.from({ length: dice.below(20) }, () => dice.pick(SCRAPS)).join("");
}

/** Reads like an expression, and most often is one. */
function expression(dice: Prng, depth = 0): string {
  switch (depth > 5 ? 0 : dice.below(6)) {
    case 1:
      return `!${expression(dice, depth + 1)}`;
    case 2:
      return `(${expression(dice, depth + 1)})`;
    case 3:
    case 4:
      return `${expression(dice, depth + 1)}${dice.pick(["&&", "||", " && ", " || "])}${
        expression(dice, depth + 1)
      }`;
    default:
      return `${dice.pick(PROPERTY_NAMES)}${dice.pick(OPERATORS)}${dice.pick(VALUES)}`;
  }
}

function time(dice: Prng): string {
  return dice.pick([
    `${dice.below(14)}`,
    `${dice.below(140) / 10}`,
    `00:0${dice.below(10)}`,
    scraps(dice),
  ]);
}

function query(dice: Prng): string {
  const parts = Array.from({ length: 1 + dice.below(4) }, () => {
    const name = dice.pick(["filter", "start", "end", "token", "x"]);
    const value = name === "filter" ? dice.pick([expression, scraps])(dice) : time(dice);
    const encode = dice.pick([encodeURIComponent, encodeURIComponent, String]);
    return `${name}=${encode(value.toWellFormed())}`;
  });
  const text = parts.join("&");
  const cut = dice.below(10) === 0 ? dice.below(text.length + 1) : text.length;
  return text.slice(0, cut);
}

const NAMES = [
  ...[".mpd", ".m3u8", "ts.m3u8", "Manifest", "video.m3u8", "audio.ts.m3u8", "text.m3u8"],
  ...["image.m3u8", "video.iframes.m3u8"],
];

Deno.test("handle() answers random queries, and none with a 500", async () => {
  using server = testApp({ forwardedParameters: ["token"] });
  const dice = new Prng("random queries");
  const statuses = new Map<number, number>();
  for (let i = 0; i < 4000; i++) {
    const line = `GET /film.json/${dice.pick(NAMES)}?${query(dice)}`;
    const response = await server.request(line);
    const text = await response.text();
    assert([200, 400, 404].includes(response.status), `${line}: ${response.status} ${text}`);
    if (response.status !== 200) assert(JSON.parse(text).reason.startsWith("Cannot"), text);
    statuses.set(response.status, 1 + (statuses.get(response.status) ?? 0));
  }
  for (const status of [200, 400]) {
    assert(statuses.get(status)! > 1000, JSON.stringify([...statuses]));
  }
});

/** Long ones that do the most work a character. */
const LONG = [
  "(".repeat(2048),
  "!".repeat(2048),
  `${"(".repeat(1000)}${")".repeat(1000)}`,
  `${'!(type=="a")||'.repeat(146)}type=="b"`,
  `${'type=="a"||'.repeat(185)}type=="b"`,
  `${"channels<1||".repeat(170)}type=="b"`,
  '"'.repeat(2047),
  "=".repeat(2048),
  " ".repeat(2048),
  "1".repeat(2048),
  "x".repeat(2048),
  "&".repeat(2048),
  "𝄞".repeat(1024),
];

Deno.test("handle() answers the longest of filters", async () => {
  using server = testApp();
  for (const filter of LONG) {
    const response = await server.request(
      `GET /film.json/.mpd?filter=${encodeURIComponent(filter)}`,
    );
    assertEquals(response.status, 400, filter.slice(0, 40));
    const { reason } = await response.json();
    assert(reason.length < 400, reason);
  }
  for (const raw of ["&".repeat(60_000), "filter".repeat(10_000), "a=1&".repeat(15_000)]) {
    assertEquals((await server.request(`GET /film.json/.mpd?${raw}`)).status, 200);
  }
});

/** An expression, and what it has to say of a rendition: reckoned on the way, without a parser. */
interface Sample {
  readonly text: string;
  readonly holds: (rendition: Rendition) => boolean;
}

function sample(dice: Prng, depth: number): Sample {
  const space = () => " ".repeat(dice.below(2));
  const inner = () => sample(dice, depth - 1);
  const kind = depth === 0 ? 0 : dice.below(5);
  if (kind === 1) {
    const { text, holds } = inner();
    return { text: `!${space()}(${text})`, holds: (rendition) => !holds(rendition) };
  }
  if (kind === 2 || kind === 3) {
    const parts = Array.from({ length: 2 + dice.below(3) }, inner);
    const [sign, of] = kind === 2 ? ["&&", "every"] as const : ["||", "some"] as const;
    const text = parts.map(({ text }) => `(${text})`).join(`${space()}${sign}${space()}`);
    return { text, holds: (rendition) => parts[of](({ holds }) => holds(rendition)) };
  }
  if (kind === 4) {
    const [a, b, c] = [sample(dice, 0), sample(dice, 0), sample(dice, 0)];
    return {
      text: `${a.text}||${b.text}&&${c.text}`,
      holds: (rendition) => a.holds(rendition) || (b.holds(rendition) && c.holds(rendition)),
    };
  }
  return comparison(dice);
}

function comparison(dice: Prng): Sample {
  const type = dice.pick(["video", "audio", "image"] as const);
  const number = dice.pick([1000, 20_000, 40_000, 50_000]);
  return dice.pick<Sample>([
    { text: `type=="${type}"`, holds: (rendition) => rendition.type === type },
    { text: `"${type}"!=type`, holds: (rendition) => rendition.type !== type },
    { text: `systemBitrate<${number}`, holds: ({ bandwidth }) => bandwidth < number },
    { text: `${number}<=systemBitrate`, holds: ({ bandwidth }) => bandwidth >= number },
    { text: `systemLanguage=="fra"`, holds: ({ language }) => language === "fr" },
    { text: `channels>=1`, holds: ({ type }) => type === "audio" },
    { text: `channels!=1`, holds: () => true },
  ]);
}

Deno.test("parseFilter() says of random expressions what they say", async () => {
  const title = await openSample("three bitrates with two languages, subtitles and thumbnails");
  try {
    const dice = new Prng("random expressions");
    const renditions = [...title.renditions.values()];
    for (let i = 0; i < 2000; i++) {
      const { text, holds } = sample(dice, 1 + dice.below(3));
      if (text.length > 2048) continue;
      const names = (keep: (rendition: Rendition) => boolean) =>
        renditions.filter(keep).map(({ name }) => name);
      assertEquals(names(parseFilter(text)), names(holds), text);
    }
  } finally {
    title.close();
  }
});
