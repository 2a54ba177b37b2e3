/** Clips and filters by URL, in players: what was asked for plays, from its start to its end, and nothing else is offered. */

import { inPlayers, openCinema } from "./browser.ts";
import { assertPlayedWell, bufferedWhole } from "./buffered.ts";
import { checkClip, CLIPS } from "./flash_and_beep.ts";
import { LADDER, packageAlone, packageLadder, packageName, serveTestdata } from "./root.ts";
import { ALL } from "./scenes.ts";
import { eventually } from "./stage.ts";

const served = serveTestdata(async (root) => {
  await packageLadder(root);
  for (const [file] of CLIPS) await packageAlone(root, file);
}, ["--pass-query", "token"]);
const cinema = openCinema();

const FILTER = encodeURIComponent(
  'type!="video"&&systemLanguage!="eng"||MaxHeight>300&&MaxHeight<1000',
);
/** From the segment at 4 s to the one that ends at 10 s. */
const QUERY = `start=5.5&end=00:00:09.5&filter=${FILTER}&token=a%2Fb`;

for (const player of ["dashjs", "shaka"]) {
  Deno.test(`${player} plays a clip of DASH`, () =>
    inPlayers(cinema, { players: [player], name: "clip" }, async (stage) => {
      const url = `${served.ams.url}/${LADDER}/.mpd?${QUERY}`;
      await stage.load(player, url, ALL);
      await bufferedWhole(stage, url);
      const s = await stage.state();
      console.log(player, JSON.stringify(s));
      console.log(await stage.heights(), await stage.audioLanguages(), await stage.textLanguages());
      await stage.play();
      await stage.selectText("fr");
      console.log(JSON.stringify(await eventually(stage.cues, (c) => c.length > 0)));
      await stage.reach(ALL);
      await assertPlayedWell(stage, url);
      console.log(JSON.stringify(await stage.cues()));
      for (const t of [0.5, 2.5]) console.log(JSON.stringify(await stage.thumbnail(t)));
    }));
  for (const [file, trait, first] of CLIPS) {
    Deno.test(`${player} flash and beep in a clip: ${trait}`, () =>
      inPlayers(cinema, { players: [player], name: "clip" }, async (stage) => {
        const url = `${served.ams.url}/${packageName(file)}/.mpd?start=2.5`;
        await stage.load(player, url, ALL);
        await bufferedWhole(stage, url);
        await checkClip(stage, first, [1, 3]);
      }));
  }
}
