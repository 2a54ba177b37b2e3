import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { check } from "../../lib/ams/check.ts";
import { freePort } from "../free_port.ts";
import { MOVIE_PACKAGE, type TestApp, testApp } from "../server/fixture.ts";
import { TestOrigin } from "../storage/remote/test_origin.ts";

/** Some wait for messages of workers. */
const LIMIT = { timeout: 180_000 };

async function run(args: string[]) {
  let out = "";
  const code = await check(args, { write: (text) => Promise.resolve(void (out += text)) }, {
    version: "1",
    sources: { getVariable: () => undefined, readTextFile: () => "{}" },
  });
  return { code, lines: out.split("\n").filter(Boolean) };
}

/** Moves the media files of a document root to an origin. */
function moveMedia(app: TestApp, origin: TestOrigin): void {
  for (const { name } of [...Deno.readDirSync(app.root)]) {
    if (name.endsWith(".json")) continue;
    const bytes = app.files.read(name);
    origin.files.set(`/films/${name}`, { bytes, etag: '"1"' });
    Deno.removeSync(join(app.root, name));
  }
}

Deno.test(
  "check() asks the origin of each mount once, and opens none of its files",
  LIMIT,
  async () => {
    using app = testApp();
    await using origin = await TestOrigin.start();
    const gone = `http://127.0.0.1:${freePort()}/`;
    const mounts = [`/vod=${origin.url}/films`, `/gone=${gone}`, `/local=${app.root}`];
    const args = ["-d", app.root, ...mounts.flatMap((mount) => ["--mount", mount])];
    const lines = [
      `The source of /vod, ${origin.url}/films/, responds`,
      `The source of /gone, ${gone}, cannot be used (SOURCE_UNAVAILABLE): it refuses connections`,
    ];
    assertEquals(await run(args), { code: 1, lines: [...lines, "Assets: 2, cannot be served: 0"] });
    assertEquals(origin.requests.map(({ target }) => target), ["/films/"]);
    assertEquals(await run([...args, "--no-files"]), { code: 0, lines });
    const other = ["-d", `${origin.url}/films`];
    assertEquals(await run(other), { code: 0, lines: [lines[0]!.replace("/vod", "/")] });
  },
);

Deno.test(
  "check() opens packages in directories, which may name files of origins",
  LIMIT,
  async () => {
    using app = testApp();
    await using origin = await TestOrigin.start();
    moveMedia(app, origin);
    const url = `${origin.url}/films/`;
    const tracks = MOVIE_PACKAGE.tracks.map((track) => ({ ...track, file: url + track.file }));
    app.files.write("film.json", JSON.stringify({ ...MOVIE_PACKAGE, tracks }));
    const args = ["-d", origin.url, "--mount", `/a/b=${app.root}`];
    assertEquals(await run([...args, "--allow-source", url]), {
      code: 0,
      lines: [`The source of /, ${origin.url}/, responds`, "Assets: 1, cannot be served: 0"],
    });
    const { code, lines } = await run(args);
    const text = lines.join("\n");
    const isNamed = text.includes("a/b/film.json: ") && text.includes("--allow-source");
    assertEquals([code, lines.at(-1), isNamed], [1, "Assets: 1, cannot be served: 1", true]);
  },
);
