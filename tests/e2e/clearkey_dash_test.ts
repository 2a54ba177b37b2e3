/** dash.js and shaka-player play protected packages over DASH, with licenses of ClearKey. */

import { assertEquals } from "@std/assert";
import type { ProtectionOptions } from "../protected_presentations.ts";
import { openPlayerBrowser, withPlayers } from "./browser.ts";
import { eventually, type PageDriver, PLAYERS } from "./page_driver.ts";
import { PLAYER_SCENARIOS } from "./player_scenarios.ts";
import { type LicenseMode, listKids, serveProtectedLadder } from "./protected_ladder.ts";

const PACKAGES: Readonly<Record<string, ProtectionOptions>> = {
  "cenc-all.json": { scheme: "cenc", per: "all" },
  "cbcs-all.json": { scheme: "cbcs", per: "all" },
  "cenc-type.json": { scheme: "cenc", per: "type" },
  "cbcs-type.json": { scheme: "cbcs", per: "type" },
  "cenc-resolution.json": { scheme: "cenc", per: "resolution" },
  "cbcs-resolution.json": { scheme: "cbcs", per: "resolution" },
};

const served = serveProtectedLadder(PACKAGES);
const browser = openPlayerBrowser();

function playerTest(name: string, test: (driver: PageDriver, player: string) => Promise<void>) {
  Deno.test(`dash.js and shaka-player: ${name}`, async () => {
    served.mode = "right keys";
    await withPlayers(browser, { players: PLAYERS, name }, test);
  });
}

function getUrl(name: string): string {
  return `${served.ams.url}/${name}/.mpd`;
}

/** Scenarios of packages with the most keys; of others, the walk through all qualities alone. */
const SCENARIOS = /qualities|seek|language|subtitles/;

for (const [name, options] of Object.entries(PACKAGES)) {
  const { per } = options;
  const names = per === "resolution" ? SCENARIOS : /qualities/;
  for (const { name: scenario, bufferGoal, run } of PLAYER_SCENARIOS) {
    if (!names.test(scenario)) continue;
    playerTest(`${scenario}, ${name}`, async (driver, player) => {
      await driver.load(player, getUrl(name), bufferGoal);
      await run(driver, getUrl(name));
      if (scenario.includes("qualities")) checkRequestedKids(name, options);
    });
  }
}

/** Checks that players requested the keys of all renditions, and no others. */
function checkRequestedKids(name: string, options: ProtectionOptions): void {
  const kids = [...new Set(served.requested.get(name))].sort();
  assertEquals(kids, listKids(options, ["all", "audio", "video", "sd", "hd"]));
}

/** Longer than players take to show the first frame. */
const WAIT_MS = 3000;

function wait(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, WAIT_MS));
}

for (const name of ["cenc-type.json", "cbcs-type.json"]) {
  for (const mode of ["right keys", "wrong keys", "keys of other KIDs"] satisfies LicenseMode[]) {
    const outcome = mode === "right keys" ? "present frames" : "present no frame";
    playerTest(`${outcome} with ${mode}, ${name}`, async (driver, player) => {
      served.mode = mode;
      const loaded = driver.load(player, getUrl(name), 10).catch(() => {}); // some report an error
      await Promise.race([loaded, wait()]);
      driver.play().catch(() => {});
      if (mode === "right keys") {
        const { errors } = await eventually(driver.state, ({ frames }) => frames > 10);
        return assertEquals(errors, []);
      }
      await wait();
      assertEquals((await driver.state()).frames, 0);
    });
  }
}
