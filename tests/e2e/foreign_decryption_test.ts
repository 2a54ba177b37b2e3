/** Other programs decrypt protected assets to what AMS sends of clear ones: shaka-packager and ffmpeg. */

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import type { CommonEncryptionScheme } from "../../lib/mp4/protection.ts";
import { MEDIA } from "../sample_presentations.ts";
import { findBoxes, readSamples } from "./encrypted_track.ts";
import {
  fetchRenditions,
  getKey,
  joinBytes,
  type ProtectedTestdata,
  type RenditionMedia,
  serveProtectedTestdata,
} from "./protected_testdata.ts";
import { createShakaPackager, HAS_SHAKA_PACKAGER } from "./shaka_packager.ts";
import { createTemporaryDirectory } from "./temporary_directory.ts";

const served = {} as { testdata: ProtectedTestdata };
Deno.test.beforeAll(() => void (served.testdata = serveProtectedTestdata()));
Deno.test.afterAll(() => served.testdata[Symbol.dispose]());

interface NamedRendition extends RenditionMedia {
  readonly name: string;
}

/** Fetches the renditions of all files, clear without a scheme. */
async function fetchAll(
  files: readonly string[],
  scheme?: CommonEncryptionScheme,
): Promise<NamedRendition[]> {
  const { fetch, add } = served.testdata;
  const all: NamedRendition[] = [];
  for (const media of files) {
    const renditions = await fetchRenditions(fetch, (await add(media))(scheme));
    all.push(...renditions.map((rendition, i) => ({ ...rendition, name: `${i}-${media}` })));
  }
  return all;
}

const getFile = ({ init, segments }: RenditionMedia) => joinBytes([init, ...segments]);
const getSampleBytes = (file: Uint8Array) => readSamples(file, 0).map(({ bytes }) => bytes.toHex());

/** With the same samples as others, in another structure. */
const SAME_SAMPLES = /^frag-avc-(?!plain)|^frag-avcaac-(?!hybrid)|^pair-avc-(?!aac|still)/;

const NOT_IN_SHAKA_PACKAGER = /-mp3-/;

/** ffmpeg 5.1 takes an encrypted `dvh1` for DVCPRO HD, and stops at a second encrypted sample entry. */
const NOT_IN_FFMPEG = /-(dolbyvision5|twoentries)\./;

const DISTINCT = MEDIA.filter((name) => !SAME_SAMPLES.test(name));

for (const scheme of ["cenc", "cbcs"] as const) {
  Deno.test({
    name: `shaka-packager decrypts all files to clear samples: ${scheme}`,
    ignore: !HAS_SHAKA_PACKAGER,
    async fn(t) {
      using packager = createShakaPackager();
      using directory = createTemporaryDirectory();
      const clear = await fetchAll(DISTINCT);
      const sent = await fetchAll(DISTINCT, scheme);
      const getPaths = ({ name }: NamedRendition) =>
        [join(directory.path, name), join(directory.path, `${name}.out.mp4`)] as const;
      for (const rendition of sent) {
        await Deno.writeFile(getPaths(rendition)[0], getFile(rendition));
      }
      for (const type of ["video", "audio"] as const) {
        const files = sent.filter((rendition) =>
          rendition.type === type && !NOT_IN_SHAKA_PACKAGER.test(rendition.name)
        );
        await packager.decrypt(files.map(getPaths), type, getKey(scheme));
      }
      for (const [i, rendition] of sent.entries()) {
        if (NOT_IN_SHAKA_PACKAGER.test(rendition.name)) continue;
        await t.step(rendition.name, async () => {
          const decrypted = await Deno.readFile(getPaths(rendition)[1]);
          assertEquals(findBoxes(decrypted, "moov/trak/mdia/minf/stbl/stsd/encv"), []);
          assertEquals(getSampleBytes(decrypted), getSampleBytes(getFile(clear[i]!)));
        });
      }
    },
  });

  Deno.test(`ffmpeg decrypts all files to clear samples: ${scheme}`, async () => {
    const files = DISTINCT.filter((name) => !NOT_IN_FFMPEG.test(name));
    const sent = await fetchAll(files, scheme);
    const options = ["-decryption_key", getKey(scheme).key];
    const actual = await mapInParallel(
      sent,
      (rendition) => hashPackets(getFile(rendition), options),
    );
    clearHashes ??= await mapInParallel(
      await fetchAll(files),
      (rendition) => hashPackets(getFile(rendition), []),
    );
    const toRecord = (hashes: readonly string[][]) =>
      Object.fromEntries(hashes.map((lines, i) => [sent[i]!.name, lines]));
    assert(clearHashes.every(({ length }) => length > 0));
    assertEquals(toRecord(actual), toRecord(clearHashes));
  });
}

/** Of all files. */
let clearHashes: string[][] | undefined;

/** Few processes at a time. */
async function mapInParallel<T, R>(
  items: readonly T[],
  map: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  const rest = [...items.entries()];
  const work = async () => {
    for (let next; (next = rest.shift());) results[next[0]] = await map(next[1]);
  };
  await Promise.all([work(), work(), work()]);
  return results;
}

/**
 * Returns stream, times, size and hash of each packet. The file is piped, since ffmpeg 5.1 mixes up the subsamples of fragments of a
 * seekable file.
 */
async function hashPackets(file: Uint8Array, options: readonly string[]): Promise<string[]> {
  const args = ["-v", "error", ...options, "-i", "pipe:0", "-map", "0", "-c", "copy"];
  const child = new Deno.Command("ffmpeg", {
    args: [...args, "-copyts", "-f", "framemd5", "-"],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
    signal: AbortSignal.timeout(60_000),
  }).spawn();
  const output = child.output();
  await new Blob([file as Uint8Array<ArrayBuffer>]).stream().pipeTo(child.stdin);
  const { success, stdout, stderr } = await output;
  const errors = new TextDecoder().decode(stderr);
  if (!success || errors) throw new Error(errors);
  const lines = new TextDecoder().decode(stdout).split("\n");
  return lines.filter((line) => line && !line.startsWith("#"))
    .map((line) => line.split(",", 6).join()); // side data follow
}
