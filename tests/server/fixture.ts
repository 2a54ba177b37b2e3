/** An app with a temporary document root of real media. */

import { fromFileUrl, join } from "@std/path";
import { handle } from "../../lib/server/handler.ts";
import { describeError } from "../../lib/http/access_log.ts";
import { getRawPath, getRawQuery } from "../../lib/http/raw_path.ts";
import { type App, type AppOptions, createApp } from "../../lib/server/app.ts";
import { type FileSystem, WITHOUT_CLOCK } from "../../lib/storage/local/file_system.ts";
import { Devices } from "../../lib/storage/local/devices.ts";
import { LocalStorage } from "../../lib/storage/local/local_storage.ts";
import { formatPackage } from "../../lib/package/package.ts";
import { toPackage } from "../../lib/presentation/to_package.ts";
import { openTestdata } from "../sample_presentations.ts";

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

/** Files of the root and the test data that they are copied from. */
const FILES = {
  "video.mp4": "ladder-avc-240p.mp4",
  "audio.mp4": "ladder-aac-eng.mp4",
  "thumbs.mp4": "ladder-mjpeg-thumbs.mp4",
  "text.vtt": "ladder-vtt-eng.vtt",
};

export interface TestApp extends Disposable {
  /** Real path of the document root. */
  readonly root: string;
  /** Real path of a directory next to it. */
  readonly outside: string;
  readonly app: App;
  /** Messages for the operator. */
  readonly messages: string[];
  /** Handles a request; the line is a method, a raw path and a query. */
  request(line: string, headers?: Record<string, string>): Promise<Response>;
}

/** @param system file system of the root; by default one that never counts as slow, however busy the machine is */
export function testApp(
  options: Partial<AppOptions> = {},
  system: FileSystem = WITHOUT_CLOCK,
): TestApp {
  const directory = Deno.realPathSync(Deno.makeTempDirSync({ prefix: "ams-" }));
  const [root, outside] = [join(directory, "root"), join(directory, "outside")];
  Deno.mkdirSync(root);
  Deno.mkdirSync(outside);
  for (const [name, from] of Object.entries(FILES)) copyMedia(from, join(root, name));
  Deno.writeTextFileSync(join(root, "film.json"), JSON.stringify(MOVIE_PACKAGE));
  const messages: string[] = [];
  const storage = new LocalStorage(root, new Devices(system));
  const app = createApp(
    storage,
    { capacity: 2 ** 24, maxOpenFiles: 64, allowedOrigins: ["*"], ...options },
    {
      onMessage: (file, message) => messages.push(`${file}: ${describeError(message)}`),
      now: () => system.now(),
    },
  );
  return {
    root,
    outside,
    app,
    messages,
    // deno-lint-ignore require-await -- handle() may return a promise
    request: async (line, headers = {}) => {
      const [method, ...rest] = line.split(" ");
      const url = rest.join(" ");
      const target = { rawPath: getRawPath(url), rawQuery: getRawQuery(url) };
      return handle({ method: method!, ...target, headers: new Headers(headers) }, app);
    },
    [Symbol.dispose]() {
      app.library.close();
      Deno.removeSync(directory, { recursive: true });
    },
  };
}

export function copyMedia(name: string, to: string): void {
  Deno.copyFileSync(join(TESTDATA, name), to);
}

/** Adds files of testdata/ and a package of them. */
export async function addPackage(
  server: TestApp,
  name: string,
  inputs: readonly (string | { file: string; language?: string })[],
): Promise<void> {
  const presentation = await openTestdata(inputs);
  presentation.close();
  for (const { file } of presentation.renditions.values()) {
    copyMedia(file, join(server.root, file));
  }
  Deno.writeTextFileSync(join(server.root, name), formatPackage(toPackage(presentation)));
}

/** Returns the version in media URLs. */
export async function getVersion(stage: TestApp, file = "film.json"): Promise<string> {
  using asset = await stage.app.library.open(file);
  return asset.presentation.version;
}
