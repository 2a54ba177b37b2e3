/** Reproducible random queries; none may cause a status of 500. */

import { assert, assertEquals } from "@std/assert";
import { parseFilter } from "../../lib/selection/filter.ts";
import type { Rendition } from "../../lib/presentation/presentation.ts";
import { Prng } from "../robustness/prng.ts";
import { buildRandomQuery } from "../robustness/random_query.ts";
import { openSample } from "../sample_presentations.ts";
import { testApp } from "./fixture.ts";

const NAMES = [
  ...[".mpd", ".m3u8", "ts.m3u8", "Manifest", "video.m3u8", "audio.ts.m3u8", "text.m3u8"],
  ...["image.m3u8", "video.iframes.m3u8"],
];

Deno.test("handle() responds to random queries without internal errors", async () => {
  using server = testApp({ forwardedParameters: ["token"] });
  const prng = new Prng("random queries");
  const statuses = new Map<number, number>();
  for (let i = 0; i < 4000; i++) {
    const line = `GET /film.json/${prng.pick(NAMES)}?${buildRandomQuery(prng)}`;
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

/** Long filters that need the most work per character. */
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

Deno.test("handle() rejects the longest filters quickly", async () => {
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

/** An expression, with its expected result computed without a parser. */
interface Sample {
  readonly text: string;
  readonly matches: (rendition: Rendition) => boolean;
}

function sample(prng: Prng, depth: number): Sample {
  const space = () => " ".repeat(prng.below(2));
  const inner = () => sample(prng, depth - 1);
  const kind = depth === 0 ? 0 : prng.below(5);
  if (kind === 1) {
    const { text, matches } = inner();
    return { text: `!${space()}(${text})`, matches: (rendition) => !matches(rendition) };
  }
  if (kind === 2 || kind === 3) {
    const parts = Array.from({ length: 2 + prng.below(3) }, inner);
    const [sign, of] = kind === 2 ? ["&&", "every"] as const : ["||", "some"] as const;
    const text = parts.map(({ text }) => `(${text})`).join(`${space()}${sign}${space()}`);
    return { text, matches: (rendition) => parts[of](({ matches }) => matches(rendition)) };
  }
  if (kind === 4) {
    const [a, b, c] = [sample(prng, 0), sample(prng, 0), sample(prng, 0)];
    return {
      text: `${a.text}||${b.text}&&${c.text}`,
      matches: (rendition) =>
        a.matches(rendition) || (b.matches(rendition) && c.matches(rendition)),
    };
  }
  return comparison(prng);
}

function comparison(prng: Prng): Sample {
  const type = prng.pick(["video", "audio", "image"] as const);
  const number = prng.pick([1000, 20_000, 40_000, 50_000]);
  return prng.pick<Sample>([
    { text: `type=="${type}"`, matches: (rendition) => rendition.type === type },
    { text: `"${type}"!=type`, matches: (rendition) => rendition.type !== type },
    { text: `systemBitrate<${number}`, matches: ({ bandwidth }) => bandwidth < number },
    { text: `${number}<=systemBitrate`, matches: ({ bandwidth }) => bandwidth >= number },
    { text: `systemLanguage=="fra"`, matches: ({ language }) => language === "fr" },
    { text: `channels>=1`, matches: ({ type }) => type === "audio" },
    { text: `channels!=1`, matches: () => true },
  ]);
}

Deno.test("parseFilter() evaluates random expressions", async () => {
  const presentation = await openSample(
    "three bitrates with two languages, subtitles and thumbnails",
  );
  try {
    const prng = new Prng("random expressions");
    const renditions = [...presentation.renditions.values()];
    for (let i = 0; i < 2000; i++) {
      const { text, matches } = sample(prng, 1 + prng.below(3));
      if (text.length > 2048) continue;
      const names = (predicate: (rendition: Rendition) => boolean) =>
        renditions.filter(predicate).map(({ name }) => name);
      assertEquals(names(parseFilter(text)), names(matches), text);
    }
  } finally {
    presentation.close();
  }
});
