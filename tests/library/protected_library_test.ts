import { assert, assertEquals, assertRejects } from "@std/assert";
import type { AssetKeyRequest, GetAssetKeys } from "../../lib/drm/asset_keys.ts";
import { KeysError } from "../../lib/errors.ts";
import { declareProtection, getSeededKeys } from "../protected_presentations.ts";
import { addMedia, MOVIE_PACKAGE, testApp } from "../server/fixture.ts";
import { settle } from "../keys/fake_timers.ts";
import { TestLibrary } from "./test_library.ts";

const OTHER_SEED = new Uint8Array(30).fill(1).toBase64();

/** A library with the protected package `heat.json`, and keys that a test may replace. */
function createLibrary() {
  const server = testApp();
  addMedia(server, "ladder-avc-240p.mp4", ".media/video.mp4");
  addMedia(server, "ladder-aac-eng.mp4", ".media/audio.mp4");
  const { tracks, ...others } = MOVIE_PACKAGE;
  const media = tracks.slice(0, 2).map((track) => ({ ...track, file: `.media/${track.file}` }));
  const protection = declareProtection({ scheme: "cbcs" });
  server.files.write("heat.json", JSON.stringify({ ...others, protection, tracks: media }));
  const source = { getKeys: getSeededKeys({ scheme: "cbcs" }), requests: [] as AssetKeyRequest[] };
  const getKeys: GetAssetKeys = (request) => {
    source.requests.push(request);
    return source.getKeys(request);
  };
  const test = new TestLibrary(server, { keys: { getKeys, servesKeys: false } });
  return { server, source, test, [Symbol.dispose]: () => server[Symbol.dispose]() };
}

const fail = (code: KeysError["code"]) => () => Promise.reject(new KeysError(code, "Cannot do it"));

Deno.test("open() requests keys once, and again within a minute while the asset is requested", async () => {
  using fixture = createLibrary();
  const { test, source } = fixture;
  const asset = await test.open("heat.json");
  assertEquals(source.requests.map(({ file, source }) => [file, source]), [["heat.json", "house"]]);
  for (const [time, requests] of [[49_000, 1], [50_000, 2], [59_000, 2], [100_000, 3]] as const) {
    test.time = time;
    assert(await test.open("heat.json") === asset);
    await settle();
    assertEquals(source.requests.length, requests);
  }
  test.library.close();
});

const changes: [name: string, getKeys: GetAssetKeys, isReplaced: boolean][] = [
  ["the same keys", getSeededKeys({ scheme: "cbcs" }), false],
  ["other keys", getSeededKeys({ scheme: "cbcs", seed: OTHER_SEED }), true],
  [
    "another license URL",
    getSeededKeys({ scheme: "cbcs", licences: { fairplay: "skd://x" } }),
    true,
  ],
  ["no response of the key server", fail("KEYS_UNAVAILABLE"), false],
];

for (const [name, getKeys, isReplaced] of changes) {
  Deno.test(`open() ${isReplaced ? "replaces" : "keeps"} an asset with ${name}`, async () => {
    using fixture = createLibrary();
    const { test, source } = fixture;
    const asset = await test.open("heat.json");
    source.getKeys = getKeys;
    test.time = 50_000;
    assert(await test.open("heat.json") === asset, "it is in use until the keys are known");
    await settle();
    const next = await test.open("heat.json");
    assertEquals(next !== asset, isReplaced);
    const isSameVersion = next.presentation.version === asset.presentation.version;
    assertEquals(isSameVersion, name !== "other keys");
    test.library.close();
  });
}

for (const code of ["KEYS_MISSING", "KEYS_INVALID"] as const) {
  Deno.test(`open() rejects an open asset with ${code} when its source has no such keys any more`, async () => {
    using fixture = createLibrary();
    const { test, source } = fixture;
    await test.open("heat.json");
    source.getKeys = fail(code);
    test.time = 50_000;
    await test.open("heat.json");
    await settle();
    const error = await assertRejects(() => test.open("heat.json"), KeysError);
    assertEquals(error.code, code);
  });
}

Deno.test("open() checks keys at once if a request has an unknown version, as another worker may", async () => {
  using fixture = createLibrary();
  const { test, source } = fixture;
  const asset = await test.open("heat.json");
  const getKeys = getSeededKeys({ scheme: "cbcs", seed: OTHER_SEED });
  const other = new TestLibrary(fixture.server, { keys: { getKeys, servesKeys: false } });
  const { version } = (await other.open("heat.json")).presentation;
  source.getKeys = getKeys;
  test.time = 100;
  assert(await test.open("heat.json", asset.presentation.version) === asset);
  assertEquals((await test.open("heat.json", version)).presentation.version, version);
  for (let i = 0; i < 3; i++) await test.open("heat.json", "unknown");
  assertEquals(source.requests.length, 4); // loaded, checked, loaded again, and checked once for the unknown version
  for (const { library } of [test, other]) library.close();
});

Deno.test("open() tries again a second after keys could not be had", async () => {
  using fixture = createLibrary();
  const { test, source } = fixture;
  const { getKeys } = source;
  source.getKeys = fail("KEYS_MISSING");
  for (const time of [0, 999]) {
    test.time = time;
    await assertRejects(() => test.open("heat.json"), KeysError);
  }
  assertEquals(source.requests.length, 1);
  source.getKeys = getKeys;
  test.time = 1000;
  await test.open("heat.json");
  assertEquals((await test.open("film.json")).presentation.protection, undefined);
  test.library.close();
});
