/**
 * Everything that AMS sends of protected assets is encrypted, and decrypts to what it sends of clear ones, with a reader of the
 * tests. Other tests compare clear media with the samples of the files.
 */

import { assert, assertEquals, assertGreater, assertNotEquals } from "@std/assert";
import { createDecipheriv } from "node:crypto";
import { join } from "@std/path";
import type { CommonEncryptionScheme } from "../../lib/mp4/protection.ts";
import { findAttributes, readStrictPlaylist } from "../m3u8.ts";
import { MEDIA } from "../sample_presentations.ts";
import type { FetchBytes } from "../serve.ts";
import { readManifest, UNSUPPORTED as NOT_IN_SMOOTH } from "../smooth.ts";
import {
  decryptSample,
  type EncryptedSample,
  getProtectedRanges,
  readPsshs,
  readSamples,
  readTrackEncryption,
  type TrackEncryption,
} from "./encrypted_track.ts";
import { writeLargeVideo } from "./ffmpeg.ts";
import {
  fetchRenditions,
  fetchText,
  getKey,
  joinBytes,
  type ProtectedTestdata,
  type RenditionMedia,
  serveProtectedTestdata,
} from "./protected_testdata.ts";
import { createTemporaryDirectory } from "./temporary_directory.ts";

const served = {} as { testdata: ProtectedTestdata };
Deno.test.beforeAll(() => void (served.testdata = serveProtectedTestdata()));
Deno.test.afterAll(() => served.testdata[Symbol.dispose]());

/** URLs of the clear and the protected packages of a file. */
type GetUrl = Awaited<ReturnType<ProtectedTestdata["add"]>>;

const toHex = (bytes: Uint8Array) => bytes.toHex();

for (const media of MEDIA) {
  Deno.test(`audio and video of ${media} are encrypted in each format, and decrypt to clear samples`, async () => {
    await compareAll(await served.testdata.add(media), !NOT_IN_SMOOTH.test(media));
  });
}

/** Larger than bodies that are sent whole. */
const LARGE_BYTES = 2 ** 21;

Deno.test("audio and video of large segments are encrypted in each format, and decrypt to clear samples", async () => {
  using directory = createTemporaryDirectory();
  const file = join(directory.path, "large.mp4");
  await writeLargeVideo(file);
  const getUrl = await served.testdata.addFile(file);
  const { segments } = (await fetchRenditions(served.testdata.fetch, getUrl()))[0]!;
  assertGreater(Math.min(...segments.map(({ length }) => length)), LARGE_BYTES);
  await compareAll(getUrl, true);
});

async function compareAll(getUrl: GetUrl, isInSmooth: boolean): Promise<void> {
  const { fetch } = served.testdata;
  const clear = await fetchRenditions(fetch, getUrl());
  for (const scheme of ["cenc", "cbcs"] as const) {
    const sent = await fetchRenditions(fetch, getUrl(scheme));
    assertEquals(sent.length, clear.length);
    const samples = sent.map((rendition, i) => compareRendition(rendition, clear[i]!, scheme));
    const own = new SentSamples(samples.flat());
    await compareKeyFrames(fetch, getUrl, { scheme, own });
    await compareUrls(fetch, `${getUrl(scheme)}/.m3u8`, sent.flatMap(({ urls }) => urls));
    if (scheme === "cenc") {
      own.assertUniqueIvs();
      if (isInSmooth) await compareSmooth(fetch, getUrl, own);
    }
  }
  await compareSegments(fetch, getUrl);
}

/** Samples as they are sent in segments, and what they decrypt to. */
class SentSamples {
  readonly #clear: ReadonlyMap<string, Uint8Array>;

  constructor(readonly samples: readonly { sent: EncryptedSample; clear: Uint8Array }[]) {
    this.#clear = new Map(samples.map(({ sent, clear }) => [this.#identify(sent), clear]));
  }

  #identify({ bytes, iv, subsamples }: EncryptedSample): string {
    return `${iv?.toHex()} ${subsamples} ${toHex(bytes)}`;
  }

  /** Returns what a sample decrypts to that was sent in a segment in the same way, with the same IV. */
  find(sample: EncryptedSample): Uint8Array {
    const clear = this.#clear.get(this.#identify(sample));
    if (!clear) throw new Error("No segment contains this sample with this IV");
    return clear;
  }

  /** Counters of a sample start at its IV, which differs in the half that they do not change. */
  assertUniqueIvs(): void {
    const ivs = this.samples.map(({ sent }) => sent.iv!.toHex());
    assertEquals(ivs.every((iv) => iv.length === 16), true);
    assertEquals(new Set(ivs).size, ivs.length);
  }
}

function compareRendition(
  sent: RenditionMedia,
  clear: RenditionMedia,
  scheme: CommonEncryptionScheme,
) {
  const { kid, key } = getKey(scheme);
  const tracks = readTrackEncryption(sent.init);
  assert(tracks.length > 0);
  for (const track of tracks) checkTrack(track, { scheme, kid, type: sent.type });
  assertEquals(readPsshs(sent.init).map((box) => box.subarray(12, 28).toHex()), [
    "1077efecc0b24d02ace33c1e52e2fb4b",
  ]);
  assertEquals(sent.segments.length, clear.segments.length);
  return sent.segments.flatMap((segment, i) => {
    const samples = readSamples(segment, tracks[0]!.ivSize);
    const expected = readSamples(clear.segments[i]!, 0);
    assertEquals(samples.length, expected.length);
    return samples.map((sample, k) => {
      const { bytes } = expected[k]!;
      assertSame(decryptSample(sample, tracks[0]!, Uint8Array.fromHex(key)), bytes);
      assertProtected(sample, bytes, { scheme, type: sent.type });
      return { sent: sample, clear: bytes };
    });
  });
}

function checkTrack(
  track: TrackEncryption,
  { scheme, kid, type }: { scheme: CommonEncryptionScheme; kid: string; type: string },
): void {
  assertEquals([track.scheme, track.kid], [scheme, kid]);
  assertEquals(track.entry, type === "video" ? "encv" : "enca");
  assertEquals(track.ivSize, scheme === "cenc" ? 8 : 0);
  if (scheme === "cbcs") assertEquals(track.pattern, type === "video" ? [1, 9] : [0, 0]);
}

/** Fails without the output of a comparison of long arrays. */
function assertSame(actual: Uint8Array, expected: Uint8Array): void {
  if (toHex(actual) !== toHex(expected)) throw new Error("Sample decrypts to other bytes");
}

/** Fails if a range that has a whole block is sent as it is. */
function assertProtected(
  sample: EncryptedSample,
  clear: Uint8Array,
  { scheme, type }: { scheme: CommonEncryptionScheme; type: string },
): void {
  const ranges = getProtectedRanges(sample);
  if (type === "audio") assertEquals(ranges, clear.length ? [[0, clear.length]] : []);
  for (const [start, end] of ranges) {
    if (end - start < 16 && (scheme === "cbcs" || end - start < 4)) continue; // by chance
    const first = Math.min(end, start + 16);
    assertNotEquals(
      toHex(sample.bytes.subarray(start, first)),
      toHex(clear.subarray(start, first)),
    );
  }
}

async function fetchPlaylist(fetch: FetchBytes, url: string) {
  return readStrictPlaylist(await fetchText(fetch, url));
}

/** URLs of the playlists of audio and video that a multivariant playlist names. */
async function listPlaylists(fetch: FetchBytes, url: string, tag?: string): Promise<string[]> {
  const playlist = await fetchPlaylist(fetch, url).catch((error) => {
    if (/NOT_FOUND.*expected video or audio in a codec that/.test(error.message)) return undefined;
    throw error;
  });
  if (!playlist) return [];
  const media = findAttributes(playlist, "EXT-X-MEDIA").filter(({ TYPE }) => TYPE === "AUDIO");
  const uris = tag
    ? findAttributes(playlist, tag).map(({ URI }) => URI!)
    : [...playlist.uris.map(({ uri }) => uri), ...media.flatMap(({ URI }) => URI ?? [])];
  return [...new Set(uris)].map((uri) => new URL(uri, url).href);
}

const IFRAMES = "EXT-X-I-FRAME-STREAM-INF";

/** Fetches the segments or key frames of a playlist. */
async function fetchSegments(fetch: FetchBytes, url: string): Promise<Uint8Array[]> {
  const { uris } = await fetchPlaylist(fetch, url);
  return await Promise.all(uris.map(({ uri }) => fetch(new URL(uri, url).href)));
}

/** Playlists name the segments of the MPD. */
async function compareUrls(fetch: FetchBytes, master: string, urls: readonly string[]) {
  for (const url of await listPlaylists(fetch, master)) {
    const { uris } = await fetchPlaylist(fetch, url);
    assert(uris.length > 0);
    const others = uris.map(({ uri }) => new URL(uri, url).href).filter((uri) =>
      !urls.includes(uri)
    );
    assertEquals(others, []);
  }
}

/** Each key frame is sent as in its segment. */
async function compareKeyFrames(
  fetch: FetchBytes,
  getUrl: GetUrl,
  { scheme, own }: { scheme: CommonEncryptionScheme; own: SentSamples },
): Promise<void> {
  const list = (scheme?: CommonEncryptionScheme) =>
    listPlaylists(fetch, `${getUrl(scheme)}/.m3u8`, IFRAMES);
  const playlists = await list(scheme);
  const clear = await list();
  assertEquals(playlists.length, clear.length);
  for (const [i, url] of playlists.entries()) {
    const sent = await fetchSegments(fetch, url);
    const expected = await fetchSegments(fetch, clear[i]!);
    assertEquals(sent.length, expected.length);
    for (const [k, keyFrame] of sent.entries()) {
      const [sample, ...none] = readSamples(keyFrame, scheme === "cenc" ? 8 : 0);
      assertEquals(none, []);
      assertSame(own.find(sample!), readSamples(expected[k]!, 0)[0]!.bytes);
    }
  }
}

/** Each sample of Smooth Streaming is sent as in CMAF. */
async function compareSmooth(fetch: FetchBytes, getUrl: GetUrl, own: SentSamples): Promise<void> {
  const [sent, clear] = await Promise.all([getUrl("cenc"), getUrl()].map(async (asset) => {
    const url = `${asset}/Manifest`;
    const { streams } = readManifest(await fetchText(fetch, url), url);
    return streams.filter(({ type }) => type !== "text")
      .flatMap(({ levels }) => levels.map(({ fragments }) => fragments));
  }));
  assertEquals(sent!.length, clear!.length);
  for (const [i, fragments] of sent!.entries()) {
    for (const [k, { url }] of fragments.entries()) {
      const samples = readSamples(await fetch(url), 8);
      const expected = readSamples(await fetch(clear![i]![k]!.url), 0);
      assertEquals(samples.length, expected.length);
      for (const [n, sample] of samples.entries()) assertSame(own.find(sample), expected[n]!.bytes);
    }
  }
}

/** Segments and key frames of AES-128 decrypt to those of the clear asset, in both formats, and packed audio. */
async function compareSegments(fetch: FetchBytes, getUrl: GetUrl): Promise<void> {
  for (const name of [".m3u8", "ts.m3u8"]) {
    for (const tag of [undefined, IFRAMES]) {
      const list = (scheme?: "aes-128") => listPlaylists(fetch, `${getUrl(scheme)}/${name}`, tag);
      const playlists = await list("aes-128");
      const clear = await list();
      assertEquals(playlists.length, clear.length);
      for (const [i, url] of playlists.entries()) {
        const sent = await fetchSegments(fetch, url);
        const expected = await fetchSegments(fetch, clear[i]!);
        assertEquals(sent.length, expected.length);
        for (const [k, segment] of sent.entries()) {
          assertSame(decryptSegment(segment, k), expected[k]!);
        }
      }
    }
  }
}

/** @param sequence media sequence number */
function decryptSegment(segment: Uint8Array, sequence: number): Uint8Array {
  const iv = new Uint8Array(16);
  new DataView(iv.buffer).setUint32(12, sequence);
  const cipher = createDecipheriv("aes-128-cbc", Uint8Array.fromHex(getKey("aes-128").key), iv);
  return joinBytes([cipher.update(segment), cipher.final()]);
}
