/** Scenarios that every player must pass with the ladder, over any protocol. */

import { assert, assertEquals, assertGreater } from "@std/assert";
import { join } from "@std/path";
import { assertPlayedWell, waitUntilBuffered } from "./buffered.ts";
import { md5 } from "./compare.ts";
import { readPackets } from "./ffmpeg.ts";
import { LADDER_FILES } from "./root.ts";
import { type Cue, eventually, type PageDriver } from "./page_driver.ts";

/** Longer than the ladder, in seconds. */
export const BEYOND_END = 60;

/** Shorter than the ladder, so that a switch takes effect beyond the buffered range. In seconds. */
const SHORT_BUFFER = 2;

export interface PlayerScenario {
  readonly name: string;
  /** Duration to buffer ahead, in seconds. */
  readonly bufferGoal: number;
  /**
   * @param driver of a page that has loaded the ladder
   * @param mpdUrl MPD that lists the expected segments
   * @param tolerance of times, in seconds
   */
  run(driver: PageDriver, mpdUrl: string, tolerance?: number): Promise<void>;
}

const CUES: Record<string, readonly Cue[]> = {
  fr: [
    { start: 0.5, end: 2.5, text: "Le premier sous-titre, déjà à cheval sur deux segments." },
    { start: 2.5, end: 4, text: "Celui-ci s’affiche en haut : « Ça va ? »" },
    { start: 8, end: 10, text: "Après un silence de quatre secondes." },
    { start: 10, end: 12, text: "Fin." },
  ],
  en: [
    { start: 0, end: 1.5, text: "The first cue starts at zero." },
    {
      start: 1.5,
      end: 4.5,
      text: "This one crosses the boundary at two seconds & the one at four.",
    },
    { start: 3, end: 5, text: "Who is there?" },
    { start: 3.5, end: 6, text: "The engine!" },
    { start: 6, end: 8, text: "Without hours; italics, bold, 1" },
    { start: 7, end: 11.9, text: "Over two boundaries, upright." },
    { start: 11, end: 12, text: "The end." },
  ],
};

/** English cues that overlap no other cue, each with a time in seconds at which it is shown. */
const ENGLISH_ALONE = [[0.7, CUES.en![0]!.text], [9, CUES.en![5]!.text]] as const;

/** @param tolerance of times, in seconds */
function assertCues(cues: readonly Cue[], expected: readonly Cue[], tolerance = 0): void {
  const near = (time: number, expected = NaN) =>
    Math.abs(time - expected) <= tolerance ? expected : time;
  const shown = cues.map(({ start, end, text }, i) => ({
    start: near(start, expected[i]?.start),
    end: near(end, expected[i]?.end),
    text: text.replace(" < 2.", ""), // shaka-player passes `<` to the browser as the start of a tag
  }));
  assertEquals(shown, expected);
}

export const PLAYER_SCENARIOS: readonly PlayerScenario[] = [
  {
    name: "plays the ladder from start to end",
    bufferGoal: BEYOND_END,
    async run(driver, mpdUrl, tolerance) {
      await driver.play();
      await driver.reach(BEYOND_END);
      await assertPlayedWell(driver, mpdUrl, tolerance);
    },
  },
  {
    name: "continues after seeks to the middle, near the end and back",
    bufferGoal: BEYOND_END,
    async run(driver, mpdUrl, tolerance) {
      await waitUntilBuffered(driver, mpdUrl, tolerance);
      const { duration } = await driver.state();
      await driver.play();
      for (const time of [duration / 2 + 0.3, 1.1, duration - 1]) {
        await driver.seek(time);
        await driver.reach(time + 0.7);
      }
      await driver.reach(BEYOND_END);
      await assertPlayedWell(driver, mpdUrl, tolerance);
    },
  },
  {
    name: "continues after a seek beyond the buffered range",
    bufferGoal: SHORT_BUFFER,
    async run(driver) {
      const { duration } = await driver.state();
      await driver.play();
      for (const time of [duration - 1.5, duration / 2 + 0.3]) {
        await driver.seek(time);
        await driver.reach(time + 0.7);
      }
      const { errors, stalls } = await driver.state();
      assertEquals({ errors, stalls }, { errors: [], stalls: [] });
    },
  },
  {
    name: "switches between all qualities without a stall",
    bufferGoal: SHORT_BUFFER,
    async run(driver, mpdUrl, tolerance) {
      const heights = (await driver.heights()).sort((a, b) => a - b);
      assertEquals(heights, [240, 360, 720]);
      const shown = await eventually(driver.state, ({ heights }) => heights.length > 0);
      const [first] = shown.heights;
      await driver.play();
      for (const height of heights.filter((height) => height !== first)) {
        await driver.selectHeight(height);
        await eventually(driver.state, ({ heights }) => heights.at(-1) === height);
      }
      await driver.reach(BEYOND_END);
      await assertPlayedWell(driver, mpdUrl, tolerance);
    },
  },
  {
    name: "switches the audio language",
    bufferGoal: BEYOND_END,
    async run(driver) {
      assertEquals((await driver.audioLanguages()).sort(), ["en", "fr"]);
      for (const [language, hertz] of [["en", 440], ["fr", 660], ["en", 440]] as const) {
        await driver.seek(1);
        await driver.selectAudio(language);
        await eventually(driver.measurePitch, (pitch) => Math.abs(pitch - hertz) < 10);
      }
      assertEquals((await driver.state()).errors, []);
    },
  },
  {
    name: "shows the subtitles",
    bufferGoal: SHORT_BUFFER, // over HLS, shaka-player 5.2 shows no subtitles that are selected after all video is buffered
    async run(driver, _, tolerance) {
      assertEquals((await driver.textLanguages()).sort(), ["en", "fr"]);
      await driver.play(); // dash.js adds cues during playback
      for (const [language, expected] of Object.entries(CUES)) {
        await driver.selectText(language);
        await driver.loadAhead(BEYOND_END);
        const cues = await eventually(driver.cues, (cues) => cues.length >= expected.length);
        assertCues(cues, expected, tolerance);
      }
      await driver.pause();
      for (const [time, text] of ENGLISH_ALONE) {
        await driver.seek(time);
        assertEquals(await eventually(driver.activeCues, (cues) => cues.length > 0), [text]);
      }
      assertEquals((await driver.state()).errors, []);
    },
  },
];

/** @param root directory of the ladder */
export async function checkThumbnails(driver: PageDriver, root: string): Promise<void> {
  const images = await readPackets(join(root, LADDER_FILES.thumbnails), "v:0");
  assertGreater(images.length, 3);
  for (const [i, { pts, md5: expected }] of images.entries()) {
    const { url, shown, decoded } = await driver.thumbnail(pts + 0.5);
    assertEquals({ shown, decoded }, { shown: [160, 90], decoded: [160, 90] });
    const image = await (await fetch(url)).bytes();
    assert(md5(image) === expected, `thumbnail ${i} at ${pts} s is ${url}`);
  }
  assertEquals((await driver.state()).errors, []);
}
