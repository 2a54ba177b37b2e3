/** Serves all media of testdata/ in this process: clear, and protected in each scheme, with one key. */

import { basename } from "@std/path";
import type { EncryptionScheme } from "../../lib/drm/encryption_scheme.ts";
import { deriveKid } from "../../lib/drm/key_id.ts";
import { formatPackage } from "../../lib/package/package.ts";
import { deriveSeededKey } from "../../lib/drm/content_key.ts";
import { Secret } from "../../lib/drm/secret.ts";
import { openFile } from "../../lib/storage/local/file.ts";
import { toPackage } from "../../lib/presentation/to_package.ts";
import { PLAYREADY_TEST_SEED } from "../drm/vectors.ts";
import { readMpd, withoutSubtitles } from "../mpd.ts";
import { CONTENT, declareProtection, getSeededKeys } from "../protected_presentations.ts";
import { openInputs, type OpenPresentation } from "../open_presentation.ts";
import { openTestdata } from "../sample_presentations.ts";
import { type FetchBytes, ORIGIN } from "../serve.ts";
import { addMedia, type TestApp, testApp } from "../server/fixture.ts";

export const SCHEMES = ["cenc", "cbcs", "aes-128"] as const satisfies readonly EncryptionScheme[];

export interface ProtectedTestdata extends Disposable {
  /** Throws on an error status, with its reason. */
  readonly fetch: FetchBytes;
  /** Adds packages of a file of testdata/, and returns the URL of one; the clear one without a scheme. */
  add(media: string): Promise<(scheme?: EncryptionScheme) => string>;
  /** Adds packages of another file. */
  addFile(path: string): Promise<(scheme?: EncryptionScheme) => string>;
}

/** KID without dashes, and key, in hexadecimal digits. */
export function getKey(scheme: EncryptionScheme): { readonly kid: string; readonly key: string } {
  const kid = deriveKid({ content: CONTENT, scheme, label: "all" });
  const seed = new Secret(Uint8Array.fromBase64(PLAYREADY_TEST_SEED));
  const key = deriveSeededKey(seed, kid).key.reveal();
  return { kid: kid.replaceAll("-", ""), key: key.toHex() };
}

export function serveProtectedTestdata(): ProtectedTestdata {
  const licences = { "aes-128": "https://keys.example/{kid}" };
  const app = testApp(
    { packagesOnly: true },
    undefined,
    getSeededKeys({ scheme: "cenc", licences }),
  );
  const addPackages = (media: string, presentation: OpenPresentation) => {
    const pack = toPackage(presentation);
    presentation.close();
    app.files.write(`${media}.clear.json`, formatPackage(pack));
    for (const scheme of SCHEMES) {
      const protection = declareProtection({ scheme });
      app.files.write(`${media}.${scheme}.json`, formatPackage({ ...pack, protection }));
    }
    return (scheme?: EncryptionScheme) => `${ORIGIN}/${media}.${scheme ?? "clear"}.json`;
  };
  return {
    fetch: (url) => fetchBytes(app, url),
    add: async (media) => {
      addMedia(app, media);
      return addPackages(media, await openTestdata([media]));
    },
    addFile: async (path) => {
      const file = basename(path);
      app.files.write(file, await Deno.readFile(path));
      const open = () => openFile(path, file);
      return addPackages(file, await openInputs([{ file }], { segmentDuration: 2, open }));
    },
    [Symbol.dispose]: () => app[Symbol.dispose](),
  };
}

async function fetchBytes(app: TestApp, url: string): Promise<Uint8Array> {
  const path = url.slice(ORIGIN.length);
  const response = await app.request(`GET ${path}`);
  if (response.status !== 200) throw new Error(`${path}: ${await response.text()}`);
  return await response.bytes();
}

export async function fetchText(fetch: FetchBytes, url: string): Promise<string> {
  return new TextDecoder().decode(await fetch(url));
}

/** Init segment and segments of a rendition. */
export interface RenditionMedia {
  readonly type: "audio" | "video";
  readonly codecs: string;
  readonly urls: readonly string[];
  readonly init: Uint8Array;
  readonly segments: readonly Uint8Array[];
}

/** Fetches audio and video of an MPD. */
export async function fetchRenditions(fetch: FetchBytes, asset: string): Promise<RenditionMedia[]> {
  const url = `${asset}/.mpd`;
  const representations = withoutSubtitles(readMpd(await fetchText(fetch, url), url))
    .filter(({ mimeType }) => /^(audio|video)\//.test(mimeType));
  return await Promise.all(representations.map(async ({ mimeType, codecs, init, segments }) => ({
    type: mimeType.startsWith("audio") ? "audio" as const : "video" as const,
    codecs,
    urls: segments.map(({ url }) => url),
    init: await fetch(init),
    segments: await Promise.all(segments.map((segment) => fetch(segment.url))),
  })));
}

export function joinBytes(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
