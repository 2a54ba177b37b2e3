/** Languages from files and options to the package and every protocol. */

import { assertEquals } from "@std/assert";
import { ByteReader } from "../lib/bytes.ts";
import { buildInit, buildWvttInit } from "../lib/cmaf/init.ts";
import { buildMpd } from "../lib/dash/mpd.ts";
import { buildMultivariantPlaylist } from "../lib/hls/multivariant_playlist.ts";
import { readBoxes } from "../lib/mp4/box.ts";
import { readMdhd } from "../lib/mp4/mdia.ts";
import { formatPackage, parsePackage } from "../lib/package/package.ts";
import type { Presentation } from "../lib/presentation/presentation.ts";
import { toPackage } from "../lib/presentation/to_package.ts";
import { buildSmoothManifest } from "../lib/smooth/manifest.ts";
import { findAttributes, readStrictPlaylist } from "./m3u8.ts";
import { readMpd } from "./mpd.ts";
import type { InputOptions, OpenPresentation } from "./open_presentation.ts";
import { openTestdata, openTestPackage } from "./sample_presentations.ts";
import { readManifest } from "./smooth.ts";

const DUBS = ["tone-aac-brazil.mp4", "tone-aac-portugal.mp4"];

const inputs: InputOptions[] = [
  { file: "ladder-avc-240p.mp4" },
  ...DUBS.map((file) => ({ file })),
  { file: "tone-aac-silent.mp4" },
  { file: "ladder-aac-fra.mp4", language: "fre" },
  { file: "ladder-vtt-fra.vtt", language: "zh-Hans" },
  { file: "ladder-vtt-eng.vtt", language: "zh-hant" },
  { file: "ladder-vtt-fra.vtt", language: "yue" },
  { file: "ladder-vtt-eng.vtt", language: "es_419" },
];

/** BCP 47 of all renditions; 639-2/T, or the tag, of names and Smooth Streaming; 639-2/T of mdhd. */
const LANGUAGES: [tag: string, short: string, mdhd: string, elng: string][] = [
  ["und", "und", "und", ""],
  ["pt-BR", "pt-BR", "por", "pt-BR"],
  ["pt-PT", "pt-PT", "por", "pt-PT"],
  ["und", "und", "und", ""],
  ["fr", "fra", "fra", ""],
  ["zh-Hans", "zh-Hans", "zho", "zh-Hans"],
  ["zh-Hant", "zh-Hant", "zho", "zh-Hant"],
  ["yue", "yue", "yue", "yue"],
  ["es-419", "es-419", "spa", "es-419"],
];
const TAGS = LANGUAGES.map(([tag]) => tag);

async function open(): Promise<OpenPresentation> {
  const presentation = await openTestdata(inputs);
  presentation.close();
  return presentation;
}

function readInitLanguages({ renditions }: Presentation): [mdhd: string, elng: string][] {
  return [...renditions.values()].map((rendition) => {
    const init = rendition.type === "text" ? buildWvttInit(rendition) : buildInit(rendition);
    let [mdhd, elng] = ["", ""];
    const mdia = (r: ByteReader) =>
      readBoxes(r, {
        mdhd: (r) => mdhd = readMdhd(r).language,
        elng: (r) => (r.skip(4), elng = r.cstring()),
      });
    readBoxes(new ByteReader(init), {
      moov: (r) => readBoxes(r, { trak: (r) => readBoxes(r, { mdia }) }),
    });
    return [mdhd, elng];
  });
}

Deno.test("languages of files and options have their regions and scripts in every rendition", async () => {
  const presentation = await open();
  const renditions = [...presentation.renditions.values()];
  assertEquals(renditions.map(({ language }) => language), TAGS);
  assertEquals(
    renditions.map(({ name }) => /^[a-z]+_([^=]+?)(?:=\d+)?$/.exec(name)![1]),
    LANGUAGES.map(([, short]) => short),
  );
  assertEquals(readInitLanguages(presentation), LANGUAGES.map(([, , mdhd, elng]) => [mdhd, elng]));
});

Deno.test("languages of DASH are tags, and und where none is known", async () => {
  const mpd = readMpd(buildMpd(await open()), "http://host/.mpd");
  assertEquals(mpd.map(({ language }) => language), TAGS);
});

Deno.test("languages of HLS are tags, with their own names, and und where none is known", async () => {
  const playlist = readStrictPlaylist(buildMultivariantPlaylist(await open(), "fmp4"));
  const media = findAttributes(playlist, "EXT-X-MEDIA");
  const listed = media.map(({ LANGUAGE, NAME }) => `${LANGUAGE} ${NAME}`);
  assertEquals([...new Set(listed)], [ // a group for each channel layout
    ...["pt-BR Português (Brasil)", "pt-PT Português europeu", "und Undetermined", "fr Français"],
    ...["zh-Hans 简体中文", "zh-Hant 繁體中文", "yue Cantonese", "es-419 Español latinoamericano"],
  ]);
});

Deno.test("languages of Smooth Streaming have regions and scripts, also in names of streams", async () => {
  const { streams } = readManifest(buildSmoothManifest(await open()), "http://host/Manifest");
  const inOrder = (names: string[]) => names.sort();
  assertEquals(
    inOrder(streams.map(({ language }) => language)),
    inOrder(LANGUAGES.map(([, short]) => short)),
  );
  const names = streams.map(({ attributes }) => attributes["Name"]!.replace(/^[a-z]+_/, ""));
  assertEquals(inOrder(names), inOrder(LANGUAGES.map(([, short]) => short)));
});

Deno.test("languages of packages are tags, and a package of three letters opens alike", async () => {
  const presentation = await openTestdata(inputs);
  const pack = parsePackage(formatPackage(toPackage(presentation)));
  presentation.close();
  assertEquals(pack.tracks.map(({ language }) => language), TAGS);
  const again = await openTestPackage(pack.tracks);
  again.close();
  assertEquals([...again.renditions.keys()], [...presentation.renditions.keys()]);
  assertEquals(again.warnings.filter((warning) => warning.includes("language")), []);
  const former = pack.tracks.slice(0, 5).map((track, i) => ({
    ...track,
    language: ["eng", "por", "por", "deu", "fra"][i]!,
    name: `${i}`,
  }));
  const opened = await openTestPackage(former);
  opened.close();
  const found = [...opened.renditions].map(([name, { language }]) => [name, language]);
  assertEquals(found, [["0", "en"], ["1", "pt-BR"], ["2", "pt-PT"], ["3", "de"], ["4", "fr"]]);
});

Deno.test("dubs of one language in two regions are two switching sets", async () => {
  const { sets } = await open();
  const audio = sets.filter(({ type }) => type === "audio");
  assertEquals(audio.map(({ language, renditions }) => `${language} ${renditions.length}`), [
    "pt-BR 1",
    "pt-PT 1",
    "und 1",
    "fr 1",
  ]);
});

Deno.test("a warning names each track of audio and subtitles without a language", async () => {
  const { warnings } = await open();
  assertEquals(warnings.filter((warning) => warning.includes("language")), [
    "tone-aac-silent.mp4: the language of audio track 1 is unknown; name it with amspackager -l, such as -l fr",
  ]);
});
