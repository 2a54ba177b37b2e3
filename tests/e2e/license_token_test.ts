/** Players play protected packages with access tokens in the URLs of manifests and licenses, as docs/drm.md configures them. */

import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { SECRETS, signAkamaiToken, toPathToken } from "../access/tokens.ts";
import { PLAYREADY_TEST_SEED } from "../drm/vectors.ts";
import { type Ams, amspackager, startAms, TESTDATA } from "./ams.ts";
import { openPlayerBrowser, withPlayers } from "./browser.ts";
import { PLAYER_SCENARIOS } from "./player_scenarios.ts";
import { LADDER_FILES } from "./root.ts";

const PLAYERS = { dashjs: ".mpd", shaka: ".mpd", hlsjs: "master.m3u8" };

const browser = openPlayerBrowser();
let ams: Ams;
const open = new AsyncDisposableStack();

Deno.test.beforeAll(async () => {
  const directory = await Deno.makeTempDir({ prefix: "ams-license-" });
  open.defer(() => Deno.remove(directory, { recursive: true }));
  const media = join(directory, "root", ".media");
  await Deno.mkdir(media, { recursive: true });
  const { videos, english, french } = LADDER_FILES;
  const inputs = [...videos, ...english, ...french].flatMap((file) => [
    ...["-i", `.media/${file}`],
    ...english.includes(file) ? ["-l", "eng"] : french.includes(file) ? ["-l", "fra"] : [],
  ]);
  for (const file of [...videos, ...english, ...french]) {
    await Deno.copyFile(join(TESTDATA, file), join(media, file));
  }
  const protect = ["--protect", "cbcs", "--content", "heat"];
  await amspackager(join(directory, "root"), "-o", "heat.json", "-d", "2", ...protect, ...inputs);
  const [keys, auth] = [join(directory, "keys.json"), join(directory, "auth.json")];
  const source = { seed: PLAYREADY_TEST_SEED };
  await Deno.writeTextFile(keys, JSON.stringify({ ams: 1, sources: { default: source } }));
  const policies = [{ path: "/", tokens: ["akamai"], keys: ["first"] }];
  const secrets = { first: { hmac: SECRETS.first } };
  await Deno.writeTextFile(auth, JSON.stringify({ keys: secrets, policies }));
  const flags = ["--keys", keys, "--serve-keys", "access", "--auth", auth];
  ams = open.use(await startAms(join(directory, "root"), ...flags));
});
Deno.test.afterAll(() => open.disposeAsync());

const [{ name: scenario, bufferGoal, run }] = PLAYER_SCENARIOS as [typeof PLAYER_SCENARIOS[0]];

Deno.test(`dash.js, shaka-player and hls.js: ${scenario} with a license URL that has a token`, async () => {
  const exp = Math.floor(Date.now() / 1000) + 600;
  const token = toPathToken(signAkamaiToken({ acl: "/heat.json/*", exp }));
  const url = `${ams.url}/.t/${token}/heat.json`;
  const players = Object.keys(PLAYERS);
  await withPlayers(browser, { players, name: "license token" }, async (driver, player) => {
    const manifest = `${url}/${PLAYERS[player as keyof typeof PLAYERS]}`;
    await driver.load(player, manifest, bufferGoal, `${url}/clearkey`);
    await run(driver, `${url}/.mpd`);
  });
  const refused = await fetch(`${ams.url}/heat.json/clearkey`, { method: "POST" });
  await refused.body?.cancel();
  assertEquals(refused.headers.get("ams-error"), "TOKEN_MISSING");
});
