/** amspackager --protect, from its command line to the protected package. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { amspackager } from "../lib/packager/command.ts";
import { type Package, parsePackage } from "../lib/package/package.ts";
import { openFile } from "../lib/storage/local/file.ts";
import { openPackage } from "./open_presentation.ts";
import { getSeededKeys } from "./protected_presentations.ts";

const TESTDATA = fromFileUrl(new URL("../testdata/", import.meta.url));

const MEDIA = ["ladder-avc-240p.mp4", "ladder-avc-720p.mp4", "ladder-aac-eng.mp4"];

interface Packaged {
  readonly code: number;
  readonly lines: string[];
  readonly errors: string[];
  /** Absent if none was written. */
  readonly pack?: Package;
}

/** Packages copies of media files in a directory, from which paths are relative. */
async function packageIn(
  directory: string,
  files: readonly string[],
  ...options: string[]
): Promise<Packaged> {
  const [lines, errors]: [string[], string[]] = [[], []];
  const out = {
    line: (text: string) => lines.push(text),
    warn: (text: string) => errors.push(text.replaceAll(`${directory}/`, "")),
  };
  const path = join(directory, "heat.json");
  const inputs = files.flatMap((file) => ["-i", join(directory, file)]);
  const code = await amspackager(["-o", path, "-d", "2", ...inputs, ...options], out, {
    version: "1.2.3",
  });
  const text = await Deno.readTextFile(path).catch(() => undefined);
  return { code, lines, errors, ...text !== undefined && { pack: parsePackage(text) } };
}

async function inDirectory(test: (directory: string) => Promise<void>): Promise<void> {
  const directory = await Deno.realPath(await Deno.makeTempDir());
  try {
    await Deno.mkdir(join(directory, ".heat"));
    for (const file of [...MEDIA, "ladder-vtt-fra.vtt", "ladder-mjpeg-thumbs.mp4"]) {
      await Deno.copyFile(join(TESTDATA, file), join(directory, ".heat", file));
      await Deno.copyFile(join(TESTDATA, file), join(directory, file));
    }
    await test(directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

const HIDDEN = MEDIA.map((file) => `.heat/${file}`);

const PROTECT = ["--protect", "cbcs", "--content", "heat", "--key-source", "house"];

Deno.test("amspackager --protect writes derived KIDs and prints them", () =>
  inDirectory(async (directory) => {
    const { code, lines, errors, pack } = await packageIn(directory, HIDDEN, ...PROTECT);
    assertEquals([code, errors], [0, []]);
    assertEquals(pack!.protection, {
      scheme: "cbcs",
      source: "house",
      content: "heat",
      kids: {
        audio: "75794092-4434-8559-bd33-c5716f3ba359",
        video: "a56ce54c-0cc3-87e6-8470-40368011fbf6",
      },
    });
    assertEquals(lines.slice(-6, -1), [
      "-- Protecting with cbcs: content='heat', keys of 'house'",
      "   audio: 75794092-4434-8559-bd33-c5716f3ba359",
      "   video: a56ce54c-0cc3-87e6-8470-40368011fbf6",
      `-- Creating package file '${directory}/heat.json'`,
      "All files has been packaged successfully",
    ]);
  }));

for (const scheme of ["cbcs", "cenc", "aes-128"]) {
  Deno.test(`amspackager writes a package that opens without a warning in ${scheme}`, () =>
    inDirectory(async (directory) => {
      const files = [...HIDDEN, "ladder-vtt-fra.vtt", ".heat/ladder-mjpeg-thumbs.mp4"];
      const options = ["--protect", scheme, "--content", "heat"];
      const { code, errors, pack } = await packageIn(directory, files, ...options);
      assertEquals([code, errors.filter((text) => !text.includes("language"))], [0, []]);
      const open = (name: string) => openFile(join(directory, name), name);
      const getKeys = getSeededKeys({ scheme: pack!.protection!.scheme });
      const keys = { file: "heat.json", getKeys, servesKeys: true };
      const presentation = await openPackage(pack!, open, keys);
      presentation.close();
      assertEquals(presentation.warnings.filter((text) => !text.includes("language")), []);
      assertEquals(presentation.protection!.kids, pack!.protection!.kids);
    }));
}

Deno.test("amspackager --key-per source writes no KIDs", () =>
  inDirectory(async (directory) => {
    const options = [...PROTECT, "--key-per", "source"];
    const { pack, lines } = await packageIn(directory, HIDDEN, ...options);
    assertEquals(pack!.protection, { scheme: "cbcs", source: "house", content: "heat" });
    assertEquals(lines.at(-4), "-- Protecting with cbcs: content='heat', keys of 'house'");
  }));

Deno.test("amspackager warns about media that clients can download, and not about subtitles", () =>
  inDirectory(async (directory) => {
    const files = [MEDIA[0]!, HIDDEN[1]!, MEDIA[2]!, "ladder-vtt-fra.vtt"];
    const { code, errors } = await packageIn(directory, files, ...PROTECT);
    const [warning] = errors.filter((text) => text.includes("PACKAGE_EXPOSED"));
    assertEquals(code, 0);
    assertStringIncludes(warning!, `${MEDIA[0]}: clients can download this file and 1 more in`);
    const clear = await packageIn(directory, files);
    assertEquals(clear.errors.filter((text) => text.includes("EXPOSED")), []);
    const subtitles = await packageIn(directory, [HIDDEN[0]!, "ladder-vtt-fra.vtt"], ...PROTECT);
    assertEquals(subtitles.errors.filter((text) => text.includes("EXPOSED")), []);
  }));

Deno.test("amspackager --protect refuses subtitles alone with exit status 2", () =>
  inDirectory(async (directory) => {
    const result = await packageIn(directory, [".heat/ladder-vtt-fra.vtt"], ...PROTECT);
    assertEquals([result.code, result.pack], [2, undefined]);
    const message = "amspackager: Cannot use --protect cbcs: expected audio or video";
    assertEquals(result.errors.at(-1), message);
  }));

Deno.test("amspackager refuses an invalid --kid with exit status 2, in one line", () =>
  inDirectory(async (directory) => {
    const { code, errors } = await packageIn(directory, HIDDEN, ...PROTECT, "--kid", "sd=1");
    assertEquals([code, errors.length], [2, 1]);
    assert(errors[0]!.startsWith('amspackager: Cannot use --kid "sd=1": expected LABEL=KID'));
  }));
