/**
 * Players select video that Chromium decodes from a package of several codecs and dynamic ranges, and play every set of it when
 * it is selected. Debian's Chromium decodes no HEVC.
 */

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { packageFiles } from "../serve.ts";
import { openPlayerBrowser, withPlayers } from "./browser.ts";
import { declarePq } from "./ffmpeg.ts";
import type { PageDriver } from "./page_driver.ts";
import { serveTestdata } from "./root.ts";

const CODECS = "codecs.json";
const PQ = "test-av1-pq.mp4";
const FILES = ["test-avc-baseline.mp4", "test-hevc-hdr10.mp4", PQ, "test-vp9-profile0.mp4"];

const served = serveTestdata(async (root) => {
  await declarePq(join(root, "test-av1-10bit.mp4"), join(root, PQ));
  await packageFiles(root, CODECS, { files: FILES });
});
const browser = openPlayerBrowser();

const DECODABLE = ["avc1", "av01", "vp09"];

/** In seconds: small, so that a seek to the last segment requests it. */
const BUFFER_GOAL = 2;
const SEEK = 4.5;

const MANIFESTS = [
  { name: ".mpd", players: ["dashjs", "shaka", "rxplayer"] },
  { name: ".m3u8", players: ["hlsjs", "shaka"] },
];

for (const { name, players } of MANIFESTS) {
  Deno.test(`${players.join(", ")} select a codec that Chromium decodes: ${name}`, () =>
    withPlayers(browser, { players, name: `codec of ${name}` }, async (driver, player) => {
      await driver.load(player, `${served.ams.url}/${CODECS}/${name}`, BUFFER_GOAL);
      await driver.play();
      await driver.reach(1);
      const codec = await getLoadedCodec(driver);
      assert(DECODABLE.some((prefix) => codec.startsWith(prefix)), `${player} selects ${codec}`);
      assertEquals((await driver.state()).errors, []);
    }));

  for (const prefix of DECODABLE) {
    Deno.test(`${players.join(", ")} play ${prefix} if it is selected: ${name}`, () =>
      withPlayers(browser, { players, name: `${prefix} of ${name}` }, async (driver, player) => {
        await driver.load(player, `${served.ams.url}/${CODECS}/${name}`, BUFFER_GOAL);
        await driver.selectCodec(prefix);
        await driver.seek(SEEK);
        await driver.play();
        await driver.reach(SEEK + 1);
        const codec = await getLoadedCodec(driver);
        assert(codec.startsWith(prefix), `${player} plays ${codec}`);
        assertEquals((await driver.state()).errors, []);
      }));
  }
}

/** Returns the codec of the segment that was requested last. */
async function getLoadedCodec(driver: PageDriver): Promise<string> {
  const segments = (await driver.requests()).filter((url) => url.endsWith(".m4s"));
  const rendition = new URL(segments.at(-1)!).pathname.split("/").at(-2)!;
  return (await readCodecs()).get(rendition)!;
}

/** Reads the codecs of the renditions from the MPD. */
async function readCodecs(): Promise<Map<string, string>> {
  const mpd = await (await fetch(`${served.ams.url}/${CODECS}/.mpd`)).text();
  const representations = mpd.matchAll(/<Representation id="([^"]+)" codecs="([^"]+)"/g);
  return new Map(Array.from(representations, ([, id, codec]) => [id!, codec!]));
}
