/** What every player has to do with the ladder, whatever it loads it from. */

import { assert, assertEquals, assertGreater } from "@std/assert";
import { join } from "@std/path";
import { assertPlayedWell, bufferedWhole } from "./buffered.ts";
import { md5 } from "./compare.ts";
import { packets } from "./ffmpeg.ts";
import { LADDER_FILES } from "./root.ts";
import { type Cue, eventually, type Stage } from "./page_driver.ts";

/** More than the film lasts. In seconds. */
export const ALL = 60;

/** Less than it lasts, so that a switch is still ahead of what is buffered. In seconds. */
const LITTLE = 2;

export interface Scene {
  readonly does: string;
  /** How much is loaded ahead, in seconds. */
  readonly bufferGoal: number;
  /**
   * @param stage with the ladder loaded
   * @param mpdUrl of an MPD that says what there is
   * @param tolerance by which times may be off, in seconds
   */
  play(stage: Stage, mpdUrl: string, tolerance?: number): Promise<void>;
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

/** English cues that no other one overlaps, each at a time in seconds. */
const ENGLISH_ALONE = [[0.7, CUES.en![0]!.text], [9, CUES.en![5]!.text]] as const;

/** @param tolerance by which times may be off, in seconds */
function assertCues(cues: readonly Cue[], expected: readonly Cue[], tolerance = 0): void {
  const near = (time: number, expected = NaN) =>
    Math.abs(time - expected) <= tolerance ? expected : time;
  const shown = cues.map(({ start, end, text }, i) => ({
    start: near(start, expected[i]?.start),
    end: near(end, expected[i]?.end),
    text: text.replace(" < 2.", ""), // shaka-player gives it to the browser as if a tag started there
  }));
  assertEquals(shown, expected);
}

export const SCENES: readonly Scene[] = [
  {
    does: "plays the ladder from start to end",
    bufferGoal: ALL,
    async play(stage, mpdUrl, tolerance) {
      await stage.play();
      await stage.reach(ALL);
      await assertPlayedWell(stage, mpdUrl, tolerance);
    },
  },
  {
    does: "plays on after seeks into the middle, near the end and back",
    bufferGoal: ALL,
    async play(stage, mpdUrl, tolerance) {
      await bufferedWhole(stage, mpdUrl, tolerance);
      const { duration } = await stage.state();
      await stage.play();
      for (const time of [duration / 2 + 0.3, 1.1, duration - 1]) {
        await stage.seek(time);
        await stage.reach(time + 0.7);
      }
      await stage.reach(ALL);
      await assertPlayedWell(stage, mpdUrl, tolerance);
    },
  },
  {
    does: "plays on after a seek to what is not loaded yet",
    bufferGoal: LITTLE,
    async play(stage) {
      const { duration } = await stage.state();
      await stage.play();
      for (const time of [duration - 1.5, duration / 2 + 0.3]) {
        await stage.seek(time);
        await stage.reach(time + 0.7);
      }
      const { errors, stalls } = await stage.state();
      assertEquals({ errors, stalls }, { errors: [], stalls: [] });
    },
  },
  {
    does: "switches between all qualities without a stall",
    bufferGoal: LITTLE,
    async play(stage, mpdUrl, tolerance) {
      const heights = (await stage.heights()).sort((a, b) => a - b);
      assertEquals(heights, [240, 360, 720]);
      const [first] = (await stage.state()).heights;
      await stage.play();
      for (const height of heights.filter((height) => height !== first)) {
        await stage.selectHeight(height);
        await eventually(stage.state, ({ heights }) => heights.at(-1) === height);
      }
      await stage.reach(ALL);
      await assertPlayedWell(stage, mpdUrl, tolerance);
    },
  },
  {
    does: "switches the language of the sound",
    bufferGoal: ALL,
    async play(stage) {
      assertEquals((await stage.audioLanguages()).sort(), ["en", "fr"]);
      for (const [language, hertz] of [["en", 440], ["fr", 660], ["en", 440]] as const) {
        await stage.seek(1);
        await stage.selectAudio(language);
        await eventually(stage.pitch, (pitch) => Math.abs(pitch - hertz) < 10);
      }
      assertEquals((await stage.state()).errors, []);
    },
  },
  {
    does: "shows the subtitles",
    bufferGoal: LITTLE, // over HLS, shaka-player 5.2 shows no text that is first chosen when all pictures are loaded
    async play(stage, _, tolerance) {
      assertEquals((await stage.textLanguages()).sort(), ["en", "fr"]);
      await stage.play(); // dash.js adds cues while it plays
      for (const [language, expected] of Object.entries(CUES)) {
        await stage.selectText(language);
        await stage.loadAhead(ALL);
        const cues = await eventually(stage.cues, (cues) => cues.length >= expected.length);
        assertCues(cues, expected, tolerance);
      }
      await stage.pause();
      for (const [time, text] of ENGLISH_ALONE) {
        await stage.seek(time);
        assertEquals(await eventually(stage.activeCues, (cues) => cues.length > 0), [text]);
      }
      assertEquals((await stage.state()).errors, []);
    },
  },
];

/** @param root that the ladder is in */
export async function checkThumbnails(stage: Stage, root: string): Promise<void> {
  const images = await packets(join(root, LADDER_FILES.thumbnails), "v:0");
  assertGreater(images.length, 3);
  for (const [i, { pts, md5: expected }] of images.entries()) {
    const { url, shown, decoded } = await stage.thumbnail(pts + 0.5);
    assertEquals({ shown, decoded }, { shown: [160, 90], decoded: [160, 90] });
    const image = await (await fetch(url)).bytes();
    assert(md5(image) === expected, `thumbnail ${i} at ${pts} s is ${url}`);
  }
  assertEquals((await stage.state()).errors, []);
}
