/** Players play the package with a token in the path, through the nginx of deploy/, over all three protocols. */

import { assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { SECRETS, signAkamaiToken, toPathToken } from "../access/tokens.ts";
import { openPlayerBrowser, withPlayers } from "./browser.ts";
import { Deployment } from "./deployment.ts";
import { PLAYER_SCENARIOS } from "./player_scenarios.ts";
import { LADDER } from "./root.ts";

const PLAYERS = {
  dashjs: ".mpd",
  hlsjs: "master.m3u8",
  rxplayer: "Manifest", // Smooth Streaming
};

const browser = openPlayerBrowser();
let deployed: Deployment;
const open = new AsyncDisposableStack();

Deno.test.beforeAll(async () => {
  const directory = await Deno.makeTempDir({ prefix: "ams-auth-" });
  open.defer(() => Deno.remove(directory, { recursive: true }));
  const auth = join(directory, "auth.json");
  const keys = { first: { hmac: SECRETS.first } };
  const policies = [{ path: "/", tokens: ["akamai"], keys: ["first"] }];
  await Deno.writeTextFile(auth, JSON.stringify({ keys, policies }));
  deployed = open.use(await Deployment.start("--auth", auth));
});
Deno.test.afterAll(() => open.disposeAsync());

const [{ name: scenario, bufferGoal, run }] = PLAYER_SCENARIOS as [typeof PLAYER_SCENARIOS[0]];

Deno.test(`dash.js, hls.js and RxPlayer: ${scenario} with a token in the path`, async () => {
  const name = "access";
  await withPlayers(browser, { players: Object.keys(PLAYERS), name }, async (driver, player) => {
    const exp = Math.floor(Date.now() / 1000) + 600;
    const token = signAkamaiToken({ acl: `/${LADDER}/*`, exp, id: player });
    const url = `${deployed.nginx.url}/.t/${toPathToken(token)}/${LADDER}/`;
    await driver.load(player, url + PLAYERS[player as keyof typeof PLAYERS], bufferGoal);
    await run(driver, `${url}.mpd`);
  });
  const log = await deployed.nginx.log();
  assertMatch(log, / GET \/\.t\/-\/\S+\/QualityLevels\S+ 200 .* cache=MISS /);
  assertEquals(log.split("\n").filter((line) => / (?!499)[45]\d\d \d+ [\d.]+s /.test(line)), []); // 499: aborted by the player
});
