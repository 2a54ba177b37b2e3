/**
 * Manifests, init segments and segments declare what ffprobe reads from the source file.
 *
 * `AMS_SIGNALLING_DIR` names another directory of media files.
 */

import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { readStrictPlaylist } from "../m3u8.ts";
import { type Ams, startAms, TESTDATA } from "./ams.ts";
import { compareMpd, compareSmooth } from "./manifest_signalling.ts";
import { compareFmp4, compareTs } from "./media_signalling.ts";
import { compareMediaPlaylist, compareMultivariant } from "./playlist_signalling.ts";
import { readAsset, type SignalledAsset, type SignalledRendition } from "./signalled_asset.ts";

const DIRECTORY = Deno.env.get("AMS_SIGNALLING_DIR") ?? TESTDATA;

const MEDIA = [...Deno.readDirSync(DIRECTORY)].map(({ name }) => name)
  .filter((name) => /\.(mp4|mov|m4a|m4v|ismv|ismt)$/.test(name)).sort();

let ams: Ams;
Deno.test.beforeAll(async () => {
  ams = await startAms(DIRECTORY, "--no-sidecars");
});
Deno.test.afterAll(async () => await ams[Symbol.asyncDispose]());

for (const media of MEDIA) {
  Deno.test(`every protocol declares what ffprobe reads from ${media}`, async () => {
    const url = `${ams.url}/${encodeURIComponent(media)}`;
    const asset = await readAsset(url, join(DIRECTORY, media));
    if (typeof asset === "string") return assertEquals(asset, "");
    const differences = await Promise.all([
      compareOmitted(asset),
      compareManifest(asset, ".mpd", compareMpd),
      compareManifest(asset, ".m3u8", compareMultivariant),
      compareManifest(asset, "ts.m3u8", compareMultivariant),
      compareManifest(asset, "Manifest", compareSmooth),
      ...asset.renditions.filter(({ type }) => type !== "text").map((rendition) =>
        compareRendition(asset, rendition)
      ),
    ]);
    assertEquals(differences.flat(), []);
  });
}

/** A track that is left out is named in a warning. */
function compareOmitted({ omitted, warnings }: SignalledAsset): string[] {
  return omitted.filter(({ type }) => /video|audio|subtitle/.test(type))
    .filter(({ id }) => !warnings.some((warning) => new RegExp(`track ${id}\\b`).test(warning)))
    .map(({ id, codec }) => `track ${id} of ${codec} is left out without a warning`);
}

/** Protocols of manifests that not all audio and video has. */
const PROTOCOLS: Record<string, string> = {
  ".m3u8": "hls",
  "ts.m3u8": "hlsTs",
  "Manifest": "smooth",
};

async function compareManifest(
  asset: SignalledAsset,
  manifest: string,
  compare: (text: string, asset: SignalledAsset) => string[],
): Promise<string[]> {
  const protocol = PROTOCOLS[manifest];
  const isSupported = asset.renditions.some(({ type, protocols }) =>
    protocol === undefined || /video|audio/.test(type) && protocols.includes(protocol)
  );
  const response = await fetch(`${asset.url}/${manifest}`);
  const text = await response.text();
  if (response.ok !== isSupported) return [`${manifest}: ${response.status} ${text}`];
  return isSupported ? compare(text, asset).map((line) => `${manifest}: ${line}`) : [];
}

async function compareRendition(
  asset: SignalledAsset,
  rendition: SignalledRendition,
): Promise<string[]> {
  const { name, type, protocols } = rendition;
  if (type === "image") return await compareFmp4(asset, rendition);
  const differences = await Promise.all([
    compareFmp4(asset, rendition),
    protocols.includes("hls") &&
    fetchText(`${asset.url}/${name}.m3u8`).then((text) => compareMediaPlaylist(text, rendition)),
    protocols.includes("hlsTs") && compareTsPlaylist(asset, rendition),
  ]);
  return differences.flatMap((lines) => lines || []);
}

async function compareTsPlaylist(
  asset: SignalledAsset,
  rendition: SignalledRendition,
): Promise<string[]> {
  const url = `${asset.url}/${rendition.name}.ts.m3u8`;
  const text = await fetchText(url);
  const [first] = readStrictPlaylist(text).uris;
  return [
    ...compareMediaPlaylist(text, rendition),
    ...await compareTs(asset, rendition, new URL(first!.uri, url).href),
  ];
}

async function fetchText(url: string): Promise<string> {
  const response = await fetch(url);
  const text = await response.text();
  assertEquals(response.status, 200, text);
  return text;
}
