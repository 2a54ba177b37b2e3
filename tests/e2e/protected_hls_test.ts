/** hls.js plays protected packages over HLS, with licenses of ClearKey; hls.js, shaka-player and ffmpeg play AES-128. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import type { ProtectionOptions } from "../protected_presentations.ts";
import { TESTDATA } from "./ams.ts";
import { openPlayerBrowser, withPlayerPage, withPlayers } from "./browser.ts";
import { decodeFrames } from "./ffmpeg.ts";
import { eventually, HLS_PLAYERS } from "./page_driver.ts";
import { BEYOND_END, PLAYER_SCENARIOS } from "./player_scenarios.ts";
import { listKids, serveProtectedLadder } from "./protected_ladder.ts";
import { LADDER_FILES } from "./root.ts";

const CLEARKEY: Readonly<Record<string, ProtectionOptions>> = {
  "cenc-all.json": { scheme: "cenc", per: "all" },
  "cbcs-type.json": { scheme: "cbcs", per: "type" },
  "cenc-resolution.json": { scheme: "cenc", per: "resolution" },
  "cbcs-resolution.json": { scheme: "cbcs", per: "resolution" },
};

const AES_128 = "aes-128.json";

const served = serveProtectedLadder({ ...CLEARKEY, [AES_128]: { scheme: "aes-128" } });
const browser = openPlayerBrowser();

/** `aes-128` has no MPD. */
const mpdUrl = () => `${served.ams.url}/cenc-all.json/.mpd`;

/** Of packages with the most keys, all scenarios that read other segments than one after the other. */
const QUALITIES = /qualities/;
const ALL = /qualities|seeks|beyond|subtitles|language/;

for (const [name, { per }] of Object.entries(CLEARKEY)) {
  for (const { name: scenario, bufferGoal, run } of PLAYER_SCENARIOS) {
    if (!(per === "resolution" ? ALL : QUALITIES).test(scenario)) continue;
    const what = `${scenario} over HLS, ${name}`;
    Deno.test(`hls.js: ${what}`, () =>
      withPlayers(browser, { players: ["hlsjs"], name: what }, async (driver, player) => {
        const url = `${served.ams.url}/${name}/master.m3u8`;
        await driver.load(player, url, bufferGoal, `${served.licenses}/${name}/clearkey`);
        await run(driver, mpdUrl());
      }));
  }
}

Deno.test("hls.js has requested licenses of the keys that renditions use, and of no others", () => {
  for (const [name, options] of Object.entries(CLEARKEY)) {
    const kids = [...new Set(served.requested.get(name))].sort();
    assertEquals(kids, listKids(options, ["all", "audio", "video", "sd", "hd"]), name);
  }
});

Deno.test("hls.js shows nothing with wrong keys", () =>
  withPlayerPage(browser, "wrong keys", async (driver) => {
    const [name] = Object.keys(CLEARKEY);
    served.mode = "wrong keys";
    try {
      const licenseUrl = `${served.licenses}/${name}/clearkey`;
      const loading = driver.load("hlsjs", `${served.ams.url}/${name}/master.m3u8`, 1, licenseUrl);
      loading.catch(() => {}); // ends with the page
      const { errors, time } = await eventually(driver.state, ({ errors }) => errors.length > 0);
      assertStringIncludes(errors[0]!, "PIPELINE_ERROR_DECODE");
      assertEquals(time, 0);
    } finally {
      served.mode = "right keys";
    }
  }));

/** Multivariant playlists, and the tolerance of times: players start MPEG-TS at the first decode time. */
const FORMATS = [["master.m3u8", undefined], ["ts.m3u8", 0.1]] as const;

for (const [playlist, tolerance] of FORMATS) {
  for (const { name: scenario, bufferGoal, run } of PLAYER_SCENARIOS) {
    if (!/qualities|seeks|beyond/.test(scenario)) continue;
    const what = `${scenario} with AES-128, ${playlist}`;
    Deno.test(`hls.js and shaka-player: ${what}`, () =>
      withPlayers(browser, { players: HLS_PLAYERS, name: what }, async (driver, player) => {
        await driver.load(player, `${served.ams.url}/${AES_128}/${playlist}`, bufferGoal);
        await run(driver, mpdUrl(), tolerance);
      }));
  }
}

for (const name of ["cbcs-type.json", AES_128]) {
  Deno.test(`hls.js shows a key frame of ${name}`, () =>
    withPlayerPage(browser, `key frame of ${name}`, async (driver) => {
      const licenseUrl = name === AES_128 ? undefined : `${served.licenses}/${name}/clearkey`;
      await driver.load("hlsjs", `${served.ams.url}/${name}/master.m3u8`, BEYOND_END, licenseUrl);
      await driver.scrub(4); // its frame number is unknown, since scripts cannot read frames of EME
      assertEquals((await driver.state()).errors, []);
      const urls = await driver.requests();
      assertEquals(urls.some((url) => url.endsWith(".iframe.m4s")), true);
    }));
}

const VIDEO = LADDER_FILES.videos[0]!;

for (const extension of ["m3u8", "ts.m3u8", "iframes.m3u8", "ts.iframes.m3u8"]) {
  Deno.test(`ffmpeg decodes the frames of ${VIDEO} from .${extension} with AES-128`, async () => {
    const directory = `${served.ams.url}/${AES_128}`;
    const { renditions } = await (await fetch(`${directory}/about.json`)).json();
    const { name } = renditions.find(({ file }: { file: string }) => file.endsWith(VIDEO));
    const list = async (input: string) => (await decodeFrames(input, "v:0")).map(({ md5 }) => md5);
    const frames = await list(join(TESTDATA, VIDEO));
    const decoded = await list(`${directory}/${name}.${extension}`);
    if (!extension.includes("iframes")) return assertEquals(decoded, frames);
    assertEquals(decoded.length, 6);
    assertEquals(decoded, frames.filter((md5) => decoded.includes(md5)));
  });
}
