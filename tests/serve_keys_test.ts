/** `ams --serve-keys` in a process of its own. */

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { toKidBytes } from "../lib/drm/key_id.ts";
import { command, start } from "./ams_process.ts";
import { PLAYREADY_TEST_SEED } from "./drm/vectors.ts";
import { declareProtection } from "./protected_presentations.ts";
import { MOVIE_PACKAGE, testApp } from "./server/fixture.ts";

Deno.test("ams does not start with --serve-keys access alone", async () => {
  using app = testApp();
  const args = ["--host", "127.0.0.1", "-p", "0", "--serve-keys", "access"];
  const { code, stdout, stderr } = await command(app.root, args).output();
  assertEquals([code, stdout.length], [1, 0]);
  const message = "ams: Cannot use --serve-keys access without --auth\n";
  assertStringIncludes(new TextDecoder().decode(stderr), message);
});

Deno.test({
  name: "ams --serve-keys open gives licenses, and the log says so",
  ignore: Deno.build.os === "windows", // signals cannot be sent there
  async fn() {
    using app = testApp();
    const file = ".media/audio.mp4";
    app.files.write(file, app.files.read("audio.mp4"));
    const protection = declareProtection({ scheme: "cbcs" });
    const tracks = [{ ...MOVIE_PACKAGE.tracks[1], file }];
    app.files.write("heat.json", JSON.stringify({ ...MOVIE_PACKAGE, protection, tracks }));
    const keys = join(app.outside, "keys.json");
    const source = { seed: PLAYREADY_TEST_SEED };
    const text = JSON.stringify({ ams: 1, sources: { house: source } });
    Deno.writeTextFileSync(keys, text, { mode: 0o600 });
    const ams = await start(app, "--keys", keys, "--serve-keys", "open", "--workers", "1");
    const kid = toKidBytes(protection.kids!.all!)
      .toBase64({ alphabet: "base64url", omitPadding: true });
    const body = JSON.stringify({ kids: [kid], type: "temporary" });
    const response = await fetch(`${ams.url}/heat.json/clearkey`, { method: "POST", body });
    const license = await response.json();
    assertEquals([response.status, license.keys[0].kid], [200, kid]);
    ams.child.kill("SIGTERM");
    const { code, out } = await ams.end();
    assertEquals(code, 0);
    assertMatch(out, / Keys of packages are served to anybody \(--serve-keys open\)\n/);
    assertMatch(out, / POST \/heat\.json\/clearkey 200 \d+ /);
  },
});
