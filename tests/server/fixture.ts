/** An app with a document root of real media: a temporary directory, or in memory. */

import { handle } from "../../lib/server/handler.ts";
import { describeError } from "../../lib/log/message_line.ts";
import type { GetAssetKeys } from "../../lib/drm/asset_keys.ts";
import { readRequestBody } from "../../lib/http/request_body.ts";
import { parseRequestTarget } from "../../lib/http/request_target.ts";
import { type App, type AppOptions, createApp } from "../../lib/server/app.ts";
import { type FileSystem, WITHOUT_CLOCK } from "../../lib/storage/local/file_system.ts";
import { Devices } from "../../lib/storage/local/devices.ts";
import { LocalStorage } from "../../lib/storage/local/local_storage.ts";
import { formatPackage } from "../../lib/package/package.ts";
import { toPackage } from "../../lib/presentation/to_package.ts";
import { MemoryStorage } from "../memory_storage.ts";
import { openTestdata } from "../sample_presentations.ts";
import { LocalFiles, readTestdata, type TestFiles } from "../test_files.ts";
import { openAsset } from "../open_asset.ts";

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

/** When access tokens are checked (`NOW` of tests/access/tokens.ts). */
const ACCESS_TIME_MS = 1_800_000_000_000;

export interface TestApp extends Disposable {
  /** Real path of the document root; tests of `tests/server/` use `files` instead. */
  readonly root: string;
  /** Real path of a directory next to it. */
  readonly outside: string;
  readonly files: TestFiles;
  readonly app: App;
  /** Messages for the operator. */
  readonly messages: string[];
  /** Handles a request; the line is a method, a raw path and a query. */
  request(line: string, headers?: Record<string, string>, body?: string): Promise<Response>;
}

let inMemory = false;

/** Makes the document roots of further apps such that they are in memory and return promises only. */
export function useMemoryStorage(): void {
  inMemory = true;
}

/**
 * @param system file system of the root; by default one that never counts as slow, however busy the machine is
 * @param getKeys keys of protected packages; default: none
 */
export function testApp(
  options: Partial<AppOptions> = {},
  system: FileSystem = WITHOUT_CLOCK,
  getKeys?: GetAssetKeys,
): TestApp {
  const files = inMemory ? new MemoryStorage() : new LocalFiles();
  for (const [name, from] of Object.entries(FILES)) files.write(name, readTestdata(from));
  files.write("film.json", JSON.stringify(MOVIE_PACKAGE));
  const messages: string[] = [];
  const storage = files instanceof MemoryStorage
    ? files
    : new LocalStorage(files.root, new Devices(system));
  const app = createApp(
    storage,
    { capacity: 2 ** 24, maxOpenFiles: 64, allowedOrigins: ["*"], ...options },
    {
      onMessage: (file, message) => messages.push(`${file}: ${describeError(message)}`),
      now: () => system.now(),
      access: { nowMs: () => ACCESS_TIME_MS },
      ...getKeys && { getKeys },
    },
  );
  return {
    get root() {
      return getLocal(files).root;
    },
    get outside() {
      return getLocal(files).outside;
    },
    files,
    app,
    messages,
    // deno-lint-ignore require-await -- handle() may return a promise
    request: async (line, headers = {}, body = "") => {
      const [method, ...rest] = line.split(" ");
      const url = rest.join(" ");
      const { path: rawPath, query: rawQuery } = parseRequestTarget(url);
      const readBody = () => readRequestBody(new Response(body).body);
      const fields = { rawPath, rawQuery, headers: new Headers(headers), readBody };
      return handle({ method: method!, ...fields }, app);
    },
    [Symbol.dispose]() {
      app.library.close();
      files[Symbol.dispose]();
    },
  };
}

function getLocal(files: TestFiles): LocalFiles {
  if (files instanceof LocalFiles) return files;
  throw new Error("A root in memory has no path");
}

export function copyMedia(name: string, to: string): void {
  Deno.writeFileSync(to, readTestdata(name));
}

/** Adds a file of testdata/. */
export function addMedia({ files }: TestApp, name: string, path = name): void {
  files.write(path, readTestdata(name));
}

/** Adds files of testdata/ and a package of them. */
export async function addPackage(
  server: TestApp,
  name: string,
  inputs: readonly (string | { file: string; language?: string })[],
): Promise<void> {
  const presentation = await openTestdata(inputs);
  for (const { file } of presentation.renditions.values()) {
    addMedia(server, file);
  }
  server.files.write(name, formatPackage(toPackage(presentation)));
  presentation.close();
}

/** Returns the version in media URLs. */
export async function getVersion(stage: TestApp, file = "film.json"): Promise<string> {
  using asset = await openAsset(stage.app.library, file);
  return asset.presentation.version;
}
