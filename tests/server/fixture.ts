/** A document root of its own for a test, with real media, and a site on top of it. */

import { fromFileUrl, join } from "@std/path";
import { handle } from "../../lib/server/handler.ts";
import { describeError } from "../../lib/http/access_log.ts";
import { getRawPath, getRawQuery } from "../../lib/http/raw_path.ts";
import { type App, type AppOptions, createApp } from "../../lib/server/app.ts";
import { type FileSystem, WITHOUT_CLOCK } from "../../lib/storage/local/file_system.ts";
import { LocalStorage } from "../../lib/storage/local/local_storage.ts";

const TESTDATA = fromFileUrl(new URL("../../testdata", import.meta.url));

/** `film.json` of every root. */
export const MOVIE_PACKAGE = {
  ams: 1,
  segmentDuration: 2,
  tracks: [
    { file: "video.mp4", track: 1, type: "video", language: "eng", name: "video" },
    { file: "audio.mp4", track: 1, type: "audio", language: "eng", name: "audio" },
    { file: "thumbs.mp4", track: 1, type: "image", language: "und", name: "image" },
    { file: "text.vtt", type: "text", language: "eng", name: "text" },
  ],
};

/** Where its media comes from. */
const FILES = {
  "video.mp4": "ladder-avc-240p.mp4",
  "audio.mp4": "ladder-aac-eng.mp4",
  "thumbs.mp4": "ladder-mjpeg-thumbs.mp4",
  "text.vtt": "ladder-vtt-eng.vtt",
};

export interface TestApp extends Disposable {
  /** Real path of the document root. */
  readonly root: string;
  /** Real path of a folder beside it. */
  readonly outside: string;
  readonly app: App;
  /** What the operator was told. */
  readonly messages: string[];
  /** What a client gets; the line is a method, and a raw path and query. */
  request(line: string, headers?: Record<string, string>): Promise<Response>;
}

/** @param system what the root lies on; left out: nothing on it proves slow, however busy the machine is */
export function testApp(
  options: Partial<AppOptions> = {},
  system: FileSystem = WITHOUT_CLOCK,
): TestApp {
  const folder = Deno.realPathSync(Deno.makeTempDirSync({ prefix: "ams-" }));
  const [root, outside] = [join(folder, "root"), join(folder, "outside")];
  Deno.mkdirSync(root);
  Deno.mkdirSync(outside);
  for (const [name, from] of Object.entries(FILES)) copyMedia(from, join(root, name));
  Deno.writeTextFileSync(join(root, "film.json"), JSON.stringify(MOVIE_PACKAGE));
  const notes: string[] = [];
  const site = createApp(
    { root, capacity: 2 ** 24, maxOpenFiles: 64, allowedOrigins: ["*"], ...options },
    (file, trouble) => notes.push(`${file}: ${describeError(trouble)}`),
    new LocalStorage(system),
  );
  return {
    root,
    outside,
    app: site,
    messages: notes,
    // deno-lint-ignore require-await -- whether it takes long or not
    request: async (line, headers = {}) => {
      const [method, ...rest] = line.split(" ");
      const url = rest.join(" ");
      const target = { rawPath: getRawPath(url), rawQuery: getRawQuery(url) };
      return handle({ method: method!, ...target, headers: new Headers(headers) }, site);
    },
    [Symbol.dispose]() {
      site.library.close();
      Deno.removeSync(folder, { recursive: true });
    },
  };
}

export function copyMedia(name: string, to: string): void {
  Deno.copyFileSync(join(TESTDATA, name), to);
}

/** The version that URLs of `film.json` have. */
export async function getVersion(stage: TestApp, file = "film.json"): Promise<string> {
  using title = await stage.app.library.open(file);
  return title.presentation.version;
}
