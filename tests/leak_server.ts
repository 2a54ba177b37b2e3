/** A server whose key sources know secrets, and return them. */

import { deriveSeededKey } from "../lib/drm/content_key.ts";
import { parseKeyFile } from "../lib/drm/key_file.ts";
import { Secret } from "../lib/drm/secret.ts";
import { KeyClient } from "../lib/keys/key_client.ts";
import { createKeySources } from "../lib/keys/key_sources.ts";
import { KeyStore } from "../lib/keys/key_store.ts";
import { WITHOUT_CLOCK } from "../lib/storage/local/file_system.ts";
import { createAccessConfig } from "./access/tokens.ts";
import { PLAYREADY_TEST_SEED } from "./drm/vectors.ts";
import type { Secrets } from "./evidence.ts";
import { declareProtection, type ProtectionOptions } from "./protected_presentations.ts";
import { writeRecordedChannel } from "./server/channel_files.ts";
import { MOVIE_PACKAGE, type TestApp, testApp } from "./server/fixture.ts";

export const PASSWORD = "aKeyServerPassword7";
export const HEADER = "Basic dGhlSGVhZGVyT2ZUaGVLZXlTZXJ2ZXI=";
const STREAM_KEY = "aStreamKeyOfTheEncoder-1";
const LISTED_KID = "09e36702-8f33-436c-a5dd-60ffe6671e70";

const SEED = Uint8Array.fromBase64(PLAYREADY_TEST_SEED);

export const getKey = (kid: string) =>
  deriveSeededKey(new Secret<Uint8Array>(SEED), kid).key.reveal();

export const getKids = (options: ProtectionOptions) =>
  Object.values(declareProtection(options).kids!);

export const PROTECTIONS: Record<string, ProtectionOptions> = {
  "cbcs.json": { scheme: "cbcs", per: "type" },
  "cenc.json": { scheme: "cenc" },
  "aes.json": { scheme: "aes-128" },
};

/** Keys, and what the key file contains besides them. */
export const SECRETS: Secrets = {
  seed: SEED,
  password: PASSWORD,
  header: HEADER,
  streamKey: STREAM_KEY,
  listed: getKey(LISTED_KID),
  ...Object.fromEntries(
    Object.values(PROTECTIONS).flatMap(getKids).map((kid) => [`key ${kid}`, getKey(kid)]),
  ),
};

export const SOURCES = {
  house: { seed: PLAYREADY_TEST_SEED, systems: ["widevine", "playready", "fairplay", "clearkey"] },
  list: { keys: { [LISTED_KID]: { key: getKey(LISTED_KID).toHex() } } },
  fails: {
    speke: `https://user:${PASSWORD}@keys.example/`,
    headers: { Authorization: HEADER },
    systems: ["clearkey"],
  },
  lies: { cpix: `https://lies.example/{content}?password=${PASSWORD}` },
  breaks: { cpix: `https://user:${PASSWORD}@breaks.example/` },
};

/** Key servers that return what they know. */
const fetchKeys: typeof fetch = (input) => {
  const url = String(input instanceof Request ? input.url : input);
  const all = `${url} ${PASSWORD} ${HEADER} ${getKey(LISTED_KID).toHex()}`;
  if (url.includes("keys.example")) return Promise.resolve(new Response(all, { status: 500 }));
  if (url.includes("lies.example")) return Promise.resolve(new Response(`<${all}>`));
  return Promise.reject(new TypeError(`error sending request for url (${all})`));
};

/** Delays between tries are skipped, timeouts are not. */
const CLOCK = {
  now: () => performance.now(),
  start(callback: () => void, ms: number) {
    const timer = setTimeout(callback, ms > 1000 ? ms : 0);
    return () => clearTimeout(timer);
  },
};

function createStore(): KeyStore {
  const file = parseKeyFile(JSON.stringify({ ams: 1, sources: SOURCES }));
  const client = new KeyClient({ fetch: fetchKeys, clock: CLOCK });
  const sources = createKeySources({ client, file, directory: "/", certificates: new Map() });
  return new KeyStore(sources, { now: () => performance.now() });
}

const METADATA = { poster: ".media/poster.png", chapters: [{ start: 0, title: "One" }] };

/** In milliseconds. */
let time = 0;

/** Makes the server check again what it has checked. */
export function passTime(): void {
  time += 10_000;
}

/** Packages of every scheme and of every error, below `open/` without a token. */
export async function createLeakServer(): Promise<TestApp> {
  const policies = [{ path: "/" }, { path: "/open/", tokens: [], keys: [] }];
  const access = createAccessConfig(policies);
  const system = { ...WITHOUT_CLOCK, now: () => time };
  const server = testApp(
    { serveKeys: "access", access, publicUrl: "https://media.example.com/" },
    system,
    createStore().getKeys,
  );
  const write = (name: string, change: object = {}, hidden = true) => {
    const tracks = MOVIE_PACKAGE.tracks.map((track) => ({
      ...track,
      file: hidden ? `.media/${track.file}` : track.file,
    }));
    server.files.write(name, JSON.stringify({ ...MOVIE_PACKAGE, tracks, ...change }));
  };
  for (const { file } of MOVIE_PACKAGE.tracks) {
    for (const directory of ["", "open/"]) {
      server.files.write(`${directory}.media/${file}`, server.files.read(file));
    }
  }
  server.files.write(METADATA.poster, Uint8Array.fromHex("89504e470d0a1a0a"));
  for (const [name, options] of Object.entries(PROTECTIONS)) {
    const protection = declareProtection(options);
    write(name, { protection, ...METADATA });
    write(`open/${name}`, { protection });
  }
  const protection = declareProtection({ scheme: "cbcs" });
  write("exposed.json", { protection }, false);
  for (const source of ["none", "list", "fails", "lies", "breaks"]) {
    write(`${source}.json`, { protection: { ...protection, source } });
  }
  write("internal.json", { protection: { ...protection, content: "internal" } });
  const [track] = MOVIE_PACKAGE.tracks;
  for (const [name, file] of [["missing", "none.mp4"], ["unreadable", ".media"]] as const) {
    write(`${name}.json`, { tracks: [{ ...track, file }] });
  }
  server.files.write("invalid.json", "{");
  server.files.write("broken.mp4", "no MP4 file");
  const live = { label: "News", publishers: [{ name: "main", key: STREAM_KEY }] };
  await writeRecordedChannel(server.files, "live/news", live);
  server.files.write("live/waiting.json", JSON.stringify({ ams: 1, live }));
  return server;
}
