/** The ladder in dash.js and shaka-player: from start to end, with seeks, switches, subtitles and thumbnails. */

import { assert, assertEquals, assertGreater } from "@std/assert";
import { join } from "@std/path";
import { onPage, openCinema } from "./browser.ts";
import { assertPlayedWell, bufferedWhole } from "./buffered.ts";
import { md5 } from "./compare.ts";
import { packets } from "./ffmpeg.ts";
import { LADDER, LADDER_FILES, packageLadder, serveTestdata } from "./root.ts";
import { eventually, PLAYERS, type Stage } from "./stage.ts";

/** More than the film lasts. In seconds. */
const ALL = 60;

/** Less than it lasts, so that a switch is still ahead of what is buffered. In seconds. */
const LITTLE = 2;

const served = serveTestdata(packageLadder);
const cinema = openCinema();

/** A test on a page of its own, with the ladder loaded. */
function ladderTest(does: string, bufferGoal: number, test: (stage: Stage) => Promise<void>) {
  for (const player of PLAYERS) {
    const name = `${player} ${does}`;
    Deno.test(name, () =>
      onPage(cinema, name, async (stage) => {
        await stage.load(player, mpdUrl(), bufferGoal);
        await test(stage);
      }));
  }
}

function mpdUrl(): string {
  return `${served.ams.url}/${LADDER}/.mpd`;
}

ladderTest("plays the ladder from start to end", ALL, async (stage) => {
  await stage.play();
  await stage.reach(ALL);
  await assertPlayedWell(stage, mpdUrl());
});

ladderTest("plays on after seeks into the middle, near the end and back", ALL, async (stage) => {
  await bufferedWhole(stage, mpdUrl());
  const { duration } = await stage.state();
  await stage.play();
  for (const time of [duration / 2 + 0.3, 1.1, duration - 1]) {
    await stage.seek(time);
    await stage.reach(time + 0.7);
  }
  await stage.reach(ALL);
  await assertPlayedWell(stage, mpdUrl());
});

ladderTest("plays on after a seek to what is not loaded yet", LITTLE, async (stage) => {
  const { duration } = await stage.state();
  await stage.play();
  for (const time of [duration - 1.5, duration / 2 + 0.3]) {
    await stage.seek(time);
    await stage.reach(time + 0.7);
  }
  const { errors, stalls } = await stage.state();
  assertEquals({ errors, stalls }, { errors: [], stalls: [] });
});

ladderTest("switches between all qualities without a stall", LITTLE, async (stage) => {
  const heights = (await stage.heights()).sort((a, b) => a - b);
  assertEquals(heights, [240, 360, 720]);
  const [first] = (await stage.state()).heights;
  await stage.play();
  for (const height of heights.filter((height) => height !== first)) {
    await stage.selectHeight(height);
    await eventually(stage.state, ({ heights }) => heights.at(-1) === height);
  }
  await stage.reach(ALL);
  await assertPlayedWell(stage, mpdUrl());
});

ladderTest("switches the language of the sound", ALL, async (stage) => {
  assertEquals((await stage.audioLanguages()).sort(), ["en", "fr"]);
  for (const [language, hertz] of [["en", 440], ["fr", 660], ["en", 440]] as const) {
    await stage.seek(1);
    await stage.selectAudio(language);
    await eventually(stage.pitch, (pitch) => Math.abs(pitch - hertz) < 10);
  }
  assertEquals((await stage.state()).errors, []);
});

ladderTest("shows the subtitles", ALL, async (stage) => {
  assertEquals((await stage.textLanguages()).sort(), ["en", "fr"]);
  await stage.play(); // dash.js adds cues while it plays
  await stage.selectText("fr");
  const french = await eventually(stage.cues, (cues) => cues.length >= 4);
  assertEquals(french, [
    { start: 0.5, end: 2.5, text: "Le premier sous-titre, déjà à cheval sur deux segments." },
    { start: 2.5, end: 4, text: "Celui-ci s’affiche en haut : « Ça va ? »" },
    { start: 8, end: 10, text: "Après un silence de quatre secondes." },
    { start: 10, end: 12, text: "Fin." },
  ]);
  await stage.selectText("en");
  const english = await eventually(stage.cues, (cues) => cues.length >= 7);
  assertEquals(english.map(({ start, end }) => [start, end]), [
    [0, 1.5],
    [1.5, 4.5],
    [3, 5],
    [3.5, 6],
    [6, 8],
    [7, 11.9],
    [11, 12],
  ]);
  await stage.pause();
  for (
    const [time, text] of [[0.7, "The first cue starts at zero."], [
      9,
      "Over two boundaries, upright.",
    ]] as const
  ) {
    await stage.seek(time);
    assertEquals(await eventually(stage.activeCues, (cues) => cues.length > 0), [text]);
  }
  assertEquals((await stage.state()).errors, []);
});

ladderTest("shows the thumbnails", ALL, async (stage) => {
  const images = await packets(join(served.root, LADDER_FILES.thumbnails), "v:0");
  assertGreater(images.length, 3);
  for (const [i, { pts, md5: expected }] of images.entries()) {
    const { url, shown, decoded } = await stage.thumbnail(pts + 0.5);
    assertEquals({ shown, decoded }, { shown: [160, 90], decoded: [160, 90] });
    const image = await (await fetch(url)).bytes();
    assert(md5(image) === expected, `thumbnail ${i} at ${pts} s is ${url}`);
  }
  assertEquals((await stage.state()).errors, []);
});
