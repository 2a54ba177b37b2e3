import { assert, assertEquals } from "@std/assert";
import { computeAes128Size } from "../../lib/drm/aes128.ts";
import { MediaError } from "../../lib/errors.ts";
import { layOutMoof } from "../../lib/mp4/moof.ts";
import { computeBandwidths } from "../../lib/presentation/bandwidth.ts";
import type { CencEncryption } from "../../lib/presentation/encryption.ts";
import {
  computeEncryptedBandwidths,
  loadMeasuredSamples,
} from "../../lib/presentation/encrypted_bandwidth.ts";
import type { MediaRendition } from "../../lib/presentation/presentation.ts";
import { readSegmentSamples } from "../../lib/presentation/segment_samples.ts";
import { computeSegmentSizes } from "../../lib/presentation/segment_sizes.ts";
import { openProtected, type ProtectionOptions } from "../protected_presentations.ts";

const TARGET = 2;

const FILES = ["ladder-avc-240p.mp4", "ladder-avc-360p.mp4", "ladder-aac-eng.mp4"];

/** Opens the rendition of a file; `close` it. */
async function open(file: string, options: ProtectionOptions) {
  const presentation = await openProtected([file], options);
  const [rendition] = presentation.renditions.values() as Iterable<MediaRendition>;
  return { rendition: rendition!, close: () => presentation.close() };
}

for (const scheme of ["cenc", "cbcs"] as const) {
  Deno.test(`computeEncryptedBandwidths() of audio in ${scheme} is exact`, async () => {
    const { rendition, close } = await open("ladder-aac-eng.mp4", { scheme });
    const ivSize = scheme === "cenc" ? 8 : 0;
    const sizes = computeSegmentSizes(rendition).map(({ bytes, seconds }, index) => {
      const runs = readSegmentSamples(rendition, index);
      const encrypted = runs.map((run) => ({
        ...run,
        encryption: { ivSize, ivs: new Uint8Array(0) } as const,
      }));
      return { bytes: bytes + layOutMoof(encrypted).size - layOutMoof(runs).size, seconds };
    });
    const expected = computeBandwidths(sizes, TARGET);
    const { keyFrameExcess: _, ...bandwidths } = await computeEncryptedBandwidths(
      rendition,
      rendition.encryption!,
      TARGET,
    );
    assertEquals(bandwidths, expected);
    close();
  });
}

Deno.test("computeEncryptedBandwidths() of aes-128 includes the padding", async () => {
  const { rendition, close } = await open("ladder-aac-eng.mp4", { scheme: "aes-128" });
  const sizes = computeSegmentSizes(rendition).map(({ bytes, seconds }) => ({
    bytes: computeAes128Size(bytes),
    seconds,
  }));
  assertEquals(
    await computeEncryptedBandwidths(rendition, rendition.encryption!, TARGET),
    { ...computeBandwidths(sizes, TARGET), keyFrameExcess: 16 },
  );
  close();
});

Deno.test("computeEncryptedBandwidths() of video counts four subsamples, or the most of the first segment", async () => {
  const { rendition, close } = await open("ladder-avc-240p.mp4", { scheme: "cenc" });
  const encryption = rendition.encryption as CencEncryption;
  const clear = computeBandwidths(computeSegmentSizes(rendition), TARGET);
  const usual = await computeEncryptedBandwidths(rendition, encryption, TARGET);
  const manySlices: CencEncryption = {
    ...encryption,
    protection: () => (sample) =>
      Array.from({ length: Math.min(30, Math.floor(sample.length / 32)) }, (_, i) => ({
        start: 32 * i + 8,
        end: 32 * i + 32,
      })),
  };
  const sliced = await computeEncryptedBandwidths(rendition, manySlices, TARGET);
  const samples = rendition.track.samples.count;
  const seconds = rendition.timeline.decodeTimes.at(-1)! / rendition.timing.timescale;
  const perSample = (clear: number, encrypted: number) =>
    (encrypted - clear) * seconds / 8 / samples;
  const added = perSample(clear.averageBandwidth, usual.averageBandwidth);
  assert(added > 8 + 2 + 4 * 6 && added < 8 + 2 + 4 * 6 + 4, `${added} bytes`);
  assert(perSample(clear.averageBandwidth, sliced.averageBandwidth) > 100);
  const boxes = (subsamples: number) => 16 + 8 + 2 + 6 * subsamples + 17 + 20; // senc, saiz, saio
  assertEquals(usual.keyFrameExcess, boxes(4));
  assertEquals(sliced.keyFrameExcess, boxes(31)); // clear bytes follow the last range
  close();
});

Deno.test("computeEncryptedBandwidths() leaves headers that cannot be read to the request of the segment", async () => {
  const { rendition, close } = await open("ladder-avc-240p.mp4", { scheme: "cenc" });
  const encryption = rendition.encryption as CencEncryption;
  const broken: CencEncryption = {
    ...encryption,
    protection: () => () => {
      throw new MediaError("Cannot read a slice header");
    },
  };
  assertEquals(
    await computeEncryptedBandwidths(rendition, broken, TARGET),
    await computeEncryptedBandwidths(rendition, encryption, TARGET),
  );
  close();
});

Deno.test("loadMeasuredSamples() loads what is measured of all video at the same time, and no audio", async () => {
  const presentation = await openProtected(FILES, { scheme: "cenc" });
  const reads: [offset: number, size: number][] = [];
  const loads: [offset: number, size: number][] = [];
  let loading = 0;
  const both = Promise.withResolvers<void>();
  const remote = Array.from(presentation.renditions.values() as Iterable<MediaRendition>)
    .map((rendition): MediaRendition => ({
      ...rendition,
      source: {
        ...rendition.source,
        synchronous: false,
        async read(offset, into) {
          reads.push([offset, into.length]);
          await rendition.source.read(offset, into);
        },
        async load(ranges) {
          for (const { offset, size } of ranges) loads.push([offset, size]);
          if (++loading === 2) both.resolve();
          await both.promise;
        },
      },
    }));
  await loadMeasuredSamples(remote, "aes-128");
  assertEquals(loads, []);
  await loadMeasuredSamples(remote, "cenc");
  const loaded = loads.toSorted();
  assertEquals([loading, reads], [2, []]);
  for (const rendition of remote) {
    await computeEncryptedBandwidths(rendition, rendition.encryption!, TARGET);
  }
  assertEquals(reads.toSorted(), loaded);
  presentation.close();
});
