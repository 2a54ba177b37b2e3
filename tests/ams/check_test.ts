import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { check } from "../../lib/ams/check.ts";
import { SetupError } from "../../lib/ams/setup.ts";
import { UsageError } from "../../lib/cli/usage_error.ts";
import { PLAYREADY_TEST_SEED } from "../drm/vectors.ts";
import { declareProtection } from "../protected_presentations.ts";
import { MOVIE_PACKAGE, type TestApp, testApp } from "../server/fixture.ts";

const PEM = fromFileUrl(new URL("../http/tls/", import.meta.url));

/** Runs the command in the document root of a test. */
async function run({ root }: TestApp, args: string[], variables: Record<string, string> = {}) {
  let out = "";
  const docroot = args.includes("-d") ? [] : ["-d", root];
  const code = await check([...docroot, ...args], {
    write: (text) => Promise.resolve(void (out += text)),
  }, {
    version: "1",
    sources: { getVariable: (name) => variables[name], readTextFile: () => "{}" },
  });
  return { code, lines: out.split("\n").filter(Boolean) };
}

Deno.test("check() succeeds if everything can be served", async () => {
  using app = testApp();
  const { code, lines } = await run(app, []);
  assertEquals([code, lines.at(-1)], [0, "Assets: 1, cannot be served: 0"]); // film.json, which names all media files
});

Deno.test("check() names each file that cannot be served", async () => {
  using app = testApp();
  Deno.mkdirSync(join(app.root, "a"));
  Deno.writeTextFileSync(join(app.root, "a", "x.mp4"), "x");
  Deno.writeTextFileSync(join(app.root, "b.json"), '{"ams": 1, "trcks": []}');
  Deno.removeSync(join(app.root, "text.vtt"));
  Deno.symlinkSync(app.root, join(app.root, "circle"));
  Deno.writeTextFileSync(join(app.root, ".hidden.mp4"), "x");
  const { code, lines } = await run(app, []);
  assertEquals(code, 1);
  const failures = lines.filter((line) => !line.includes("is unknown; name it with"));
  assertEquals(failures, [
    "b.json: trcks: Cannot use this key: expected one of ams, title, description, poster, chapters, segmentDuration, revision, sources, protection, tracks",
    "film.json: text.vtt: Cannot find this file",
    "a/x.mp4: Cannot find a moov box: this is not an MP4 file",
    "thumbs.mp4: Cannot find a track to play: it has thumbnails only",
    "Assets: 6, cannot be served: 4",
  ]);
});

Deno.test("check() opens packages alone with --packages-only, whose protected media may be visible", async () => {
  using app = testApp();
  const file = "b.mp4";
  app.files.write(file, app.files.read("video.mp4"));
  const track = { file, track: 1, type: "video", language: "eng", name: "video" };
  const protection = { scheme: "cbcs", source: "house", content: "a" };
  app.files.write(
    "b.json",
    JSON.stringify({ ams: 1, segmentDuration: 2, protection, tracks: [track] }),
  );
  app.files.write("x.mp4", "x");
  const exposed = (await run(app, [])).lines;
  assertStringIncludes(
    exposed.join("\n"),
    "b.json: b.mp4: Cannot protect this file, which clients can",
  );
  assertEquals(exposed.at(-1), "Assets: 4, cannot be served: 2");
  assertEquals((await run(app, ["--packages-only"])).lines.slice(-2), [
    "b.json: Cannot find source 'house': no key file is set",
    "Assets: 2, cannot be served: 1",
  ]);
});

Deno.test("check() opens no file with --no-files", async () => {
  using app = testApp();
  Deno.writeTextFileSync(join(app.root, "x.mp4"), "x");
  const [cert, key] = [join(PEM, "cert.pem"), join(PEM, "key.pem")];
  const args = ["--no-files", "--host", "127.0.0.1", "--cert", cert, "--key", key];
  assertEquals(await run(app, args), { code: 0, lines: [] });
});

Deno.test("check() does not listen on the port", async () => {
  using app = testApp();
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const args = ["--no-files", "--host", "127.0.0.1", "-p", `${taken.addr.port}`];
  assertEquals((await run(app, args)).code, 0);
});

const refused: [args: string[], type: typeof SetupError | typeof UsageError, message: string][] = [
  [["-d", "/nowhere"], SetupError, "Cannot serve '/nowhere': no such file or directory"],
  [["--cert", "/no.pem", "--key", "/no.pem"], SetupError, "Cannot read '/no.pem': no such file"],
  [["-p", "x"], UsageError, 'Cannot use -p "x": expected a number from 0 to 65535'],
  [["--prot"], UsageError, 'Cannot use "--prot": unknown, did you mean --port?'],
];

for (const [args, type, message] of refused) {
  Deno.test(`check() refuses ${args.join(" ")}`, async () => {
    using app = testApp();
    await assertRejects(() => run(app, args), type, message);
  });
}

Deno.test("check() reads the auth file", async () => {
  using app = testApp();
  const file = join(app.outside, "auth.json");
  const checkAuth = (jwks: string) => {
    const policies = [{ path: "/", tokens: ["jwt"], keys: ["idp"] }];
    Deno.writeTextFileSync(file, JSON.stringify({ keys: { idp: { jwks } }, policies }));
    return run(app, ["--no-files", "--auth", file]);
  };
  const message = `Cannot use --auth '${file}': keys.idp.jwks: Cannot read '${app.outside}/x.json'`;
  await assertRejects(() => checkAuth("x.json"), SetupError, message);
  const { code, lines } = await checkAuth("https://127.0.0.1:1/jwks.json"); // ams would start, and try again
  assertEquals([code, lines.length], [0, 1]);
  assertStringIncludes(lines[0]!, "Cannot read the keys of https://127.0.0.1:1/jwks.json: ");
});

Deno.test("check() reads the key file, and gets the keys of protected packages", async () => {
  using app = testApp();
  const file = join(app.outside, "keys.json");
  const write = (sources: unknown) =>
    Deno.writeTextFileSync(file, JSON.stringify({ ams: 1, sources }), { mode: 0o600 });
  const { tracks, ...others } = MOVIE_PACKAGE;
  const protection = declareProtection({ scheme: "cbcs" });
  Deno.mkdirSync(join(app.root, ".media"));
  Deno.renameSync(join(app.root, "video.mp4"), join(app.root, ".media", "video.mp4"));
  Deno.writeTextFileSync(
    join(app.root, "film.json"),
    JSON.stringify({
      ...others,
      protection,
      tracks: tracks.slice(0, 1).map((track) => ({ ...track, file: ".media/video.mp4" })),
    }),
  );
  Deno.removeSync(join(app.root, "thumbs.mp4"));
  write({ house: { seed: "short" } });
  await assertRejects(
    () => run(app, ["--keys", file]),
    SetupError,
    `Cannot use --keys '${file}': sources.house.seed: Cannot use this value`,
  );
  write({ house: { seed: PLAYREADY_TEST_SEED } });
  assertEquals(await run(app, ["--keys", file]), {
    code: 0,
    lines: ["Assets: 2, cannot be served: 0"],
  });
  write({});
  if (Deno.build.os !== "windows") Deno.chmodSync(file, 0o644);
  const { code, lines } = await run(app, ["--keys", file]);
  const warnings = Deno.build.os === "windows" ? [] : [`All users can read the key file '${file}'`];
  assertEquals([code, lines], [1, [
    ...warnings,
    "film.json: Cannot find source 'house' in the key file",
    "Assets: 2, cannot be served: 1",
  ]]);
});

Deno.test("check() names each package that needs files of another policy", async () => {
  using app = testApp();
  const file = join(app.outside, "auth.json");
  const policies = [{ path: "/text.vtt", tokens: [] }];
  Deno.writeTextFileSync(file, JSON.stringify({ keys: {}, policies }));
  const { code, lines } = await run(app, ["--auth", file]);
  assertEquals(code, 1);
  assertEquals(
    lines.find((line) => line.startsWith("film.json: Cannot")),
    "film.json: Cannot be served: the policy of '/text.vtt' is another one",
  );
});

Deno.test("check() reads the environment", async () => {
  using app = testApp();
  await assertRejects(() => run(app, [], { AMS_PORT: "x" }), UsageError, 'Cannot use AMS_PORT "x"');
});

Deno.test("check() rejects keys for those whom a token admits, without tokens", async () => {
  using app = testApp();
  const args = ["--no-files", "--serve-keys"];
  const message = "Cannot use --serve-keys access without --auth";
  await assertRejects(() => run(app, [...args, "access"]), SetupError, message);
  const withoutKeys = "Cannot use --serve-keys without --keys";
  await assertRejects(() => run(app, [...args, "open"]), SetupError, withoutKeys);
  await assertRejects(() => run(app, [...args, "all"]), UsageError, "one of access, open");
});

Deno.test("check() reads channel files below --channels, and nothing of archives", async () => {
  using app = testApp();
  const write = (path: string, live: unknown) =>
    app.files.write(path, JSON.stringify({ ams: 1, live }));
  for (const path of ["live", "tv", "tv/good.live"]) Deno.mkdirSync(join(app.root, path));
  write("tv/good.json", { publishers: [{ name: "main", key: "abcdefghijklmnop" }] });
  write("tv/bad.json", { windw: 3 });
  write("live/other.json", {});
  app.files.write("tv/good.live/broken.mp4", "x");
  const { code, lines } = await run(app, ["--channels", "tv"]);
  assertEquals(code, 1);
  assertEquals(lines, [
    "live/other.json: live: Cannot serve a channel outside of the directory of channels (--channels), 'tv'",
    "tv/bad.json: live.windw: Cannot use this key: expected one of label, segmentDuration, window, keep, reconnect, publishers, tracks",
    "tv/good.json: keys of main are in clear: every reader of the file can publish, see sha256: in the documentation of channel files",
    "Assets: 4, cannot be served: 2",
  ]);
});

Deno.test("check() tests whether encoders can publish", async () => {
  using app = testApp();
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const address = `127.0.0.1:${listener.addr.port}`;
  const { code, lines } = await run(app, ["--no-files", "--ingest", address]);
  assertEquals([code, lines], [0, [`Cannot listen on ${address}: the port is in use`]]);
  app.files.write("live", "");
  await assertRejects(
    () => run(app, ["--no-files", "--ingest", "127.0.0.1:0"]),
    SetupError,
    "Cannot use --channels 'live': 'live' is a file, expected a directory",
  );
});
