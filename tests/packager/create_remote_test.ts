import { assert, assertEquals, assertLess, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { UsageError } from "../../lib/cli/usage_error.ts";
import { SourceError } from "../../lib/errors.ts";
import { parseIndex } from "../../lib/package/index_text.ts";
import { formatPackage, parsePackage } from "../../lib/package/package.ts";
import { OutputError } from "../../lib/packager/atomic_write.ts";
import { createPackage } from "../../lib/packager/create.ts";
import { parsePackagerOptions } from "../../lib/packager/options.ts";
import { readBytes } from "../../lib/storage/source.ts";
import type { ObjectUpload } from "../../lib/storage/remote/object_upload.ts";
import { createLongSource, LONG_VIDEO } from "../long_movie.ts";
import { MemoryOrigin } from "../storage/remote/memory_origin.ts";
import { readTestdata } from "../test_files.ts";
import { runPackager, withDirectory } from "./films.ts";

const FILM = "ladder-avc-240p.mp4";
const SUBTITLES = "ladder-vtt-fra.vtt";

function startOrigin() {
  const origin = new MemoryOrigin();
  for (const file of [FILM, SUBTITLES]) origin.write(file, readTestdata(file), `"${file}"`);
  return origin;
}

interface RunOptions {
  readonly origin?: MemoryOrigin;
  readonly signal?: AbortSignal;
  readonly failure?: SourceError;
}

async function run(
  line: string,
  { origin = startOrigin(), signal, failure }: RunOptions = {},
) {
  const options = parsePackagerOptions(line.split(" "));
  if (typeof options === "string" || "each" in options) throw new Error(line);
  const lines: string[] = [];
  const out = {
    line: (text: string) => void lines.push(text),
    warn: (text: string) => void lines.push(text),
  };
  const written: ObjectUpload[] = [];
  let [opened, closed] = [0, 0];
  const write = (object: ObjectUpload) =>
    failure ? Promise.reject(failure) : Promise.resolve(void written.push(object));
  const connect = () => {
    opened++;
    return { reader: origin, write, [Symbol.dispose]: () => void closed++ };
  };
  try {
    await createPackage(options, out, { signal, connect });
  } finally {
    assertEquals(closed, opened);
  }
  const packs = written.map(({ bytes }) => parsePackage(new TextDecoder().decode(bytes)));
  return { lines, packs, opened, written };
}

Deno.test("amspackager verify finds that a package of remote files is as they are", () =>
  withDirectory(async (directory) => {
    const { packs: [pack] } = await run(`-o s3://a/v.json s3://a/${FILM} s3://a/${SUBTITLES}`);
    await Deno.writeTextFile(join(directory, "v.json"), formatPackage(pack!));
    for (const file of [FILM, SUBTITLES]) {
      await Deno.writeFile(join(directory, file), readTestdata(file));
    }
    assertEquals((await runPackager(["verify", join(directory, "v.json")])).code, 0);
  }));

Deno.test("amspackager writes a package next to its files in a bucket, sealed, by one request", async () => {
  const directory = "s3://media/films";
  const { lines, packs: [pack], opened, written } = await run(
    `-o ${directory}/v.json?region=x -i ${directory}/${FILM}?region=x ${directory}/${SUBTITLES}?region=x`,
  );
  assertEquals(opened, 1);
  assertEquals(written.map(({ path }) => path), ["v.json"]);
  assertEquals(pack!.tracks.map(({ file }) => file), [FILM, SUBTITLES]);
  assertEquals(pack!.sources!.map(({ file, etag }) => [file, etag]), [
    [FILM, `"${FILM}"`],
    [SUBTITLES, `"${SUBTITLES}"`],
  ]);
  assertEquals(
    lines.at(-1),
    `Wrote ${directory}/v.json: 1 video, 1 subtitle track, 12 s. Play it: ` +
      `ams -d '${directory}?region=x' then http://localhost:8080/v.json/`,
  );
  assertEquals(lines.slice(0, -1).some((text) => text.includes("?")), false);
});

Deno.test("amspackager names files of other machines by their URLs in a local package", () =>
  withDirectory(async (directory) => {
    const output = join(directory, "v.json");
    const url = `https://a.example/x%20y/${FILM}`;
    const { lines } = await run(`-o ${output} ${url}?ca=ca.pem`);
    const { tracks, sources } = parsePackage(await Deno.readTextFile(output));
    assertEquals([tracks[0]!.file, sources![0]!.file], [url, url]);
    const start = `Wrote ${output}: 1 video track, 12 s. Play it: ams -d `;
    const end =
      ` --allow-source 'https://a.example/x%20y?ca=ca.pem' then http://localhost:8080/v.json/`;
    assertEquals([lines.at(-1)!.startsWith(start), lines.at(-1)!.endsWith(end)], [true, true]);
  }));

/** Packages a file locally and in a bucket that sends no strong ETag. */
async function packageBoth(directory: string, bytes: Uint8Array) {
  await Deno.writeFile(join(directory, "film.mp4"), bytes);
  const origin = new MemoryOrigin();
  origin.write("film.mp4", bytes, 'W/"1"');
  const { written } = await run("-o s3://a/v.json --exact s3://a/film.mp4", { origin });
  await run(`-o ${join(directory, "v.json")} --exact ${join(directory, "film.mp4")}`);
  return {
    remote: new TextDecoder().decode(written[0]!.bytes),
    local: await Deno.readTextFile(join(directory, "v.json")),
    origin,
  };
}

const ALIKE = [
  "pair-avc-aac.mp4",
  "multi-avc-stpp.mp4",
  "frag-avc-cmaf.mp4",
  "pair-avc-thumbs.mp4",
  "tone-flac-stereo.mp4",
];

for (const file of ALIKE) {
  Deno.test(`amspackager writes the same package of ${file} from an origin as of a local file`, () =>
    withDirectory(async (directory) => {
      const { remote, local } = await packageBoth(directory, readTestdata(file));
      assertEquals(remote, local);
    }));
}

Deno.test("amspackager writes the same package of a long remote file as of a local one, and reads little of it twice", () =>
  withDirectory(async (directory) => {
    const source = createLongSource(LONG_VIDEO);
    const bytes = await readBytes(source, 0, source.size);
    const { remote, local, origin } = await packageBoth(directory, bytes);
    assertEquals(remote, local);
    const [{ index } = {}] = parsePackage(remote).tracks;
    assert(parseIndex(index!)!.moov!.kept);
    const opened = origin.requests.filter(({ kind }) => kind === "open").map(({ path }) => path);
    assertEquals(opened, ["v.json", "film.mp4"]); // the output may be somebody else's
    assertLess(origin.sentBytes, 2.2 * bytes.length); // of which --exact reads all once
  }));

Deno.test("amspackager says that a package could not be written to a bucket", async () => {
  const failure = new SourceError("SOURCE_DENIED", "it denies that");
  const line = `-o s3://a/v.json?region=x s3://a/${FILM}`;
  const error = await assertRejects(() => run(line, { failure }), OutputError);
  assertEquals(error.message, "Cannot write 's3://a/v.json': it denies that");
});

Deno.test("amspackager that is interrupted while it reads from a bucket writes nothing", async () => {
  const controller = new AbortController();
  const origin = startOrigin();
  origin.onRequest = () => Promise.resolve(controller.abort("SIGINT"));
  const line = `-o s3://a/v.json?region=x s3://a/${FILM}`;
  const error = await assertRejects(
    () => run(line, { origin, signal: controller.signal }),
    OutputError,
  );
  assertEquals(error.message, "Cannot write 's3://a/v.json': it was interrupted");
});

Deno.test("amspackager packages a film of a bucket with its sidecars and poster", async () => {
  const origin = new MemoryOrigin();
  origin.write("film.mp4", readTestdata(FILM));
  origin.write("film.fr.vtt", readTestdata(SUBTITLES));
  origin.write("poster.jpg", Uint8Array.fromHex("ffd8ffe000104a46494600"));
  const url = (name: string) => `s3://a/x/${name}?region=x`;
  const line = `-o ${url("v.json")} --sidecars ${url("film.mp4")} --poster ${url("poster.jpg")}`;
  const { packs: [pack], lines } = await run(line, { origin });
  assertEquals(pack!.tracks.map(({ file, language }) => [file, language]), [
    ["film.mp4", "und"],
    ["film.fr.vtt", "fr"],
  ]);
  assertEquals(pack!.poster, "poster.jpg");
  assertEquals(lines.slice(0, -1).some((text) => /\?|Warning/.test(text)), false);
});

Deno.test("amspackager does not overwrite an object that is no package", async () => {
  const origin = startOrigin();
  origin.write("v.json", new TextEncoder().encode('{"name": "site"}'));
  const why = 'Cannot use -o "s3://a/v.json": this file exists and is no package';
  await assertRejects(() => run(`-o s3://a/v.json s3://a/${FILM}`, { origin }), UsageError, why);
  origin.write("v.json", new TextEncoder().encode('{"ams": 1}'));
  assertEquals((await run(`-o s3://a/v.json s3://a/${FILM}`, { origin })).packs.length, 1);
});

for (
  const [line, why] of [
    [`-o s3://a/v.json ${FILM}`, `Cannot package '${FILM}' into a bucket`],
    [`-o http://a.example/v.json s3://a/${FILM}`, "Cannot write to a web server with -o"],
    [`-o s3://a/v.json s3://a/${FILM} s3://a/${FILM}`, `Cannot package 's3://a/${FILM}' twice`],
    [`-o v.json --sidecars http://a/${FILM}`, "Cannot use --sidecars with http(s)://"],
    [`-o s3://a/v.json --poster p.jpg s3://a/${FILM}`, 'Cannot use --poster "p.jpg"'],
  ] as const
) {
  Deno.test(`amspackager refuses '${line}'`, async () => {
    await assertRejects(() => run(line), UsageError, why);
  });
}
