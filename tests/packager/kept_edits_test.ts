import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import type { Package, PackageTrack } from "../../lib/package/package.ts";
import { runPackager, TESTDATA, withDirectory } from "./films.ts";

const FILES = {
  "f.mp4": "ladder-avc-240p.mp4",
  "f.fr.m4a": "ladder-aac-fra.mp4",
  "f.en.vtt": "ladder-vtt-eng.vtt",
};

const EDITS = {
  title: "A film",
  description: "About it",
  poster: "f.jpg",
  chapters: [{ start: 0, title: "One" }],
  revision: 3,
};

const AUDIO = { language: "fr-CA", label: "Québec", role: "dub", default: true, name: "quebec" };

type Edit = (tracks: Record<string, unknown>[]) => object[];

/** Runs `test` with a film whose package has `EDITS`, and tracks as edited. */
async function withEditedFilm(
  edit: Edit,
  test: (directory: string, each: (...args: string[]) => Promise<EachRun>) => Promise<void>,
): Promise<void> {
  await withDirectory(async (directory) => {
    const output = join(directory, "f.json");
    for (const [name, file] of Object.entries(FILES)) await copy(file, join(directory, name));
    const each = async (...args: string[]) => {
      const { code, lines, errors } = await runPackager(["--each", directory, ...args]);
      assertEquals(code, 0, errors.join("\n"));
      return { line: lines[0]!, errors, pack: JSON.parse(await Deno.readTextFile(output)) };
    };
    const { pack } = await each("-d", "4");
    const edited = { ...pack, ...EDITS, tracks: edit(pack.tracks) };
    await Deno.writeTextFile(output, JSON.stringify(edited));
    await test(directory, each);
  });
}

interface EachRun {
  readonly line: string;
  readonly errors: readonly string[];
  readonly pack: Package;
}

async function copy(file: string, to: string): Promise<void> {
  await Deno.copyFile(join(TESTDATA, file), to);
}

function ofFile({ tracks }: Package, file: string): PackageTrack {
  return tracks.find((track) => track.file === file)!;
}

Deno.test("amspackager --each keeps what people wrote when a file changes, and rewrites it with --force", () =>
  withEditedFilm(
    (tracks) => tracks.map((track) => track.file === "f.fr.m4a" ? { ...track, ...AUDIO } : track),
    async (directory, each) => {
      assertEquals((await each()).line, `${join(directory, "f.json")}: up to date`);
      await copy("ladder-avc-360p.mp4", join(directory, "f.mp4"));
      const { pack, line } = await each("-d", "2");
      assert(line.endsWith("12 s; texts, labels and languages of the old package stay"), line);
      const { tracks: _, sources, segmentDuration, ams, ...texts } = pack as Package & {
        ams: number;
      };
      assert(sources?.every(({ content }) => content === undefined));
      assertEquals([ams, segmentDuration, texts], [1, 4, EDITS]);
      const { language, label, role, default: isDefault, name } = ofFile(pack, "f.fr.m4a");
      const audio: object = { language, label, role, default: isDefault, name };
      assertEquals(audio, AUDIO);
      const video = ofFile(pack, "f.mp4");
      assertEquals([video.width, video.name], [640, `video_und=${video.averageBandwidth}`]);
      const { pack: fresh } = await each("--force", "-d", "2");
      assertEquals([fresh.segmentDuration, fresh.title, fresh.revision], [2, undefined, undefined]);
      assertEquals(ofFile(fresh, "f.fr.m4a").label, undefined);
    },
  ));

Deno.test("amspackager --each leaves out what was removed from a package, and adds a new sidecar", () =>
  withEditedFilm(
    (tracks) => tracks.filter(({ file }) => file !== "f.en.vtt"),
    async (directory, each) => {
      await copy("ladder-vtt-fra.vtt", join(directory, "f.de.vtt"));
      const { pack } = await each();
      assertEquals(pack.tracks.map(({ file }) => file), ["f.mp4", "f.fr.m4a", "f.de.vtt"]);
    },
  ));

Deno.test("amspackager --each keeps a track of another directory, as far as it is there", () =>
  withEditedFilm(
    (tracks) => {
      const audio = tracks.find(({ file }) => file === "f.fr.m4a");
      const names = ["extra/a.m4a", "extra/gone.m4a"];
      return [
        ...tracks,
        ...names.map((file, i) => ({ ...audio, file, name: `x${i}`, label: "X" })),
      ];
    },
    async (directory, each) => {
      await Deno.mkdir(join(directory, "extra"));
      await copy("ladder-aac-fra.mp4", join(directory, "extra/a.m4a"));
      await copy("ladder-avc-360p.mp4", join(directory, "f.mp4"));
      const { pack, errors } = await each();
      const added = ofFile(pack, "extra/a.m4a");
      assertEquals([pack.tracks.length, added.name, added.label], [4, "x0", "X"]);
      assert(errors.some((text) => text.includes("extra/gone.m4a: is left out: ")), errors.join());
    },
  ));
