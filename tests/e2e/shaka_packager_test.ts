/** What AMS protects of each sample is what shaka-packager protects. */

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { findCodec } from "../../lib/codecs/mod.ts";
import { buildSubsamples, MAX_SUBSAMPLES } from "../../lib/drm/subsamples.ts";
import { buildCommonPssh } from "../../lib/drm/common_pssh.ts";
import { buildWidevinePssh } from "../../lib/drm/widevine.ts";
import { formatKid } from "../../lib/drm/key_id.ts";
import { readMovie } from "../../lib/mp4/read_movie.ts";
import { memorySource } from "../mp4/movie_file.ts";
import { MEDIA } from "../sample_presentations.ts";
import {
  type EncryptedSample,
  getProtectedRanges,
  readPsshs,
  readSamples,
  readTrackEncryption,
} from "./encrypted_track.ts";
import {
  fetchRenditions,
  getKey,
  joinBytes,
  type RenditionMedia,
  serveProtectedTestdata,
} from "./protected_testdata.ts";
import { createShakaPackager, HAS_SHAKA_PACKAGER } from "./shaka_packager.ts";
import { createTemporaryDirectory } from "./temporary_directory.ts";

/** It rejects fields and empty samples. */
const UNSUPPORTED = /-(fields|emptysample)\./;

/** With the same samples as others, in another structure. */
const SAME_SAMPLES = /^frag-avc-(?!plain)|^frag-avcaac-(?!hybrid)|^pair-avc-(?!aac|still)/;

const FILES = MEDIA.filter((name) => !UNSUPPORTED.test(name) && !SAME_SAMPLES.test(name));

/** Samples with more slices than this are protected otherwise, since its sizes wrap. */
const MANY = "test-avc-manyslices.mp4";

type Range = [start: number, end: number];

interface Clear extends RenditionMedia {
  readonly name: string;
}

async function fetchVideos(): Promise<Clear[]> {
  using served = serveProtectedTestdata();
  const videos: Clear[] = [];
  for (const media of FILES) {
    const getUrl = await served.add(media);
    const renditions = await fetchRenditions(served.fetch, getUrl());
    const found = renditions.filter(({ type, codecs }) => type === "video" && codecs !== "mp4v.6C");
    videos.push(...found.map((video, i) => ({ ...video, name: `${i}-${media}` })));
  }
  return videos;
}

/** Finds the ranges `[start, end)` that AMS protects of each sample. */
async function findOwnRanges(
  file: Uint8Array,
  samples: readonly EncryptedSample[],
  scheme: "cenc" | "cbcs",
) {
  const { tracks: [track] } = await readMovie(memorySource(file).source);
  const finders = track!.entries.map((entry) => {
    const protection = findCodec(entry)!.protection;
    if (typeof protection !== "function") throw new Error(`${entry.type} has no finder`);
    return protection(entry);
  });
  return samples.map(({ bytes }, i) => {
    const ranges = finders[track!.samples.description(i)]!(bytes);
    const numbers = buildSubsamples(scheme, ranges, bytes.length);
    const subsamples = Array.from(
      { length: numbers.length / 2 },
      (_, k) => [numbers[2 * k]!, numbers[2 * k + 1]!] as const,
    );
    return getProtectedRanges({ bytes, subsamples, isEncrypted: true });
  });
}

/** Fails unless as many of the largest ranges are protected as fit, less one if the sample ends clear. */
function assertLargestProtected(
  ours: readonly Range[][],
  theirs: readonly Range[][],
  max: number,
): void {
  assertEquals(theirs[0]!.length, 44);
  for (const [i, ranges] of theirs.entries()) {
    if (ranges.length === 0) {
      assertEquals(ours[i], []); // slices of less than a block
      continue;
    }
    const own = new Set(ours[i]!.map(String));
    const omitted = ranges.filter((range) => !own.has(String(range)));
    assert(own.size === max || own.size === max - 1 && !own.has(String(ranges.at(-1))));
    assertEquals(own.size + omitted.length, ranges.length);
    const getSize = ([start, end]: Range) => end - start;
    assert(Math.max(...omitted.map(getSize)) <= Math.min(...ours[i]!.map(getSize)));
  }
}

/** Compares a clear file with what shaka-packager made of it. */
async function compare(
  name: string,
  { clear, encrypted }: { clear: Uint8Array; encrypted: Uint8Array },
  scheme: "cenc" | "cbcs",
): Promise<void> {
  const { kid } = getKey(scheme);
  const [track] = readTrackEncryption(encrypted);
  assertEquals([track!.scheme, track!.kid], [scheme, kid]);
  const theirs = readSamples(encrypted, track!.ivSize);
  const sources = readSamples(clear, 0);
  const getSize = ({ bytes }: EncryptedSample) => bytes.length;
  assertEquals(theirs.map(getSize), sources.map(getSize));
  const ours = await findOwnRanges(clear, sources, scheme);
  const ranges = theirs.map(getProtectedRanges);
  if (name.endsWith(MANY)) assertLargestProtected(ours, ranges, MAX_SUBSAMPLES[scheme]);
  else assertEquals(ours, ranges);
  const uuid = formatKid(Uint8Array.fromHex(kid));
  const psshs = [buildWidevinePssh(uuid, scheme), buildCommonPssh([uuid])];
  const toSorted = (boxes: Uint8Array[]) => boxes.map((box) => box.toHex()).sort();
  assertEquals(toSorted(readPsshs(encrypted)), toSorted(psshs));
}

for (const scheme of ["cenc", "cbcs"] as const) {
  Deno.test({
    name: `AMS protects of video what shaka-packager protects: ${scheme}`,
    ignore: !HAS_SHAKA_PACKAGER,
    async fn(t) {
      using packager = createShakaPackager();
      using directory = createTemporaryDirectory();
      const videos = await fetchVideos();
      assert(videos.length > 40);
      const paths = videos.map(({ name }) =>
        [join(directory.path, name), join(directory.path, `${name}.out.mp4`)] as const
      );
      for (const [i, { init, segments }] of videos.entries()) {
        await Deno.writeFile(paths[i]![0], joinBytes([init, ...segments]));
      }
      await packager.encrypt(paths, scheme, getKey(scheme));
      for (const [i, { name }] of videos.entries()) {
        const [clear, encrypted] = await Promise.all(paths[i]!.map((path) => Deno.readFile(path)));
        const files = { clear: clear!, encrypted: encrypted! };
        await t.step(name, () => compare(name, files, scheme));
      }
    },
  });
}
