import { assert, assertEquals, assertGreater, assertLess, assertThrows } from "@std/assert";
import { buildInit } from "../../lib/cmaf/init.ts";
import { planKeyFrame } from "../../lib/cmaf/key_frame.ts";
import { planCmafSegment } from "../../lib/cmaf/segment.ts";
import { MAX_SUBSAMPLES } from "../../lib/drm/subsamples.ts";
import { MediaError } from "../../lib/errors.ts";
import { listKeyFrames } from "../../lib/presentation/key_frames.ts";
import type { MediaRendition } from "../../lib/presentation/presentation.ts";
import { readSampleRuns } from "../../lib/presentation/segment_samples.ts";
import { countSegments } from "../../lib/presentation/segment_timeline.ts";
import { SegmentProtection } from "../../lib/presentation/segment_protection.ts";
import { readPlan, type SegmentPlan, toSampleRanges } from "../../lib/storage/read_plan.ts";
import { type DecryptedSample, decryptFragment, readProtection } from "../decrypt_fragment.ts";
import type { OpenPresentation } from "../open_presentation.ts";
import { openProtected } from "../protected_presentations.ts";

const NO_BUFFER = new Uint8Array(0);

/** Every file of testdata/ that plays. */
const FILES = Array.from(Deno.readDirSync("testdata"), ({ name }) => name)
  .filter((name) => /\.(mp4|mov|m4a|ismv)$/.test(name)).sort();

/** Files that do not play, or whose codec cannot be protected, are tested elsewhere. */
async function openIfPlayable(
  file: string,
  scheme: "cenc" | "cbcs",
): Promise<OpenPresentation | undefined> {
  try {
    return await openProtected([file], { scheme });
  } catch (error) {
    if (error instanceof MediaError) return undefined;
    throw error;
  }
}

function protect(rendition: MediaRendition): SegmentProtection {
  return SegmentProtection.decide({}, rendition, "cmaf")!;
}

async function readSource(rendition: MediaRendition, first: number, end: number) {
  const runs = readSampleRuns(rendition, first, end);
  const samples: Uint8Array[] = [];
  for (const { source, offsets, sizes } of runs) {
    const ranges = toSampleRanges(source, { offsets, sizes });
    const bytes = await readPlan({ type: "", header: NO_BUFFER, ranges }, NO_BUFFER);
    let at = 0;
    for (const size of sizes) samples.push(bytes.slice(at, at += size));
  }
  return samples;
}

async function decrypt(rendition: MediaRendition, plan: SegmentPlan): Promise<DecryptedSample[]> {
  const key = rendition.encryption!.key.key.reveal();
  const segment = await readPlan(plan, NO_BUFFER);
  if (plan.size !== undefined) assertEquals(segment.length, plan.size);
  return decryptFragment(segment, readProtection(buildInit(rendition)), key);
}

async function readSlices(plan: SegmentPlan, minSize: number): Promise<Uint8Array> {
  const { type, header, ranges } = plan;
  const samples = await readPlan({ type, header, ranges }, NO_BUFFER);
  const parts: Uint8Array[] = [];
  for (const slice of plan.slices!(samples, minSize)) {
    const part = await readPlan(slice.plan, NO_BUFFER);
    assertEquals(part.length, slice.size);
    parts.push(part);
  }
  return new Uint8Array(await new Blob(parts as BlobPart[]).arrayBuffer());
}

for (const scheme of ["cenc", "cbcs"] as const) {
  for (const file of FILES) {
    Deno.test(`planCmafSegment() encrypts ${file} with ${scheme}, key frames alike`, async () => {
      const presentation = await openIfPlayable(file, scheme);
      if (!presentation) return;
      using _ = { [Symbol.dispose]: () => presentation.close() };
      for (const rendition of presentation.renditions.values()) {
        if (rendition.type === "text" || rendition.type === "image") continue;
        const { samples } = rendition.timeline;
        const protection = protect(rendition);
        const all = new Map<number, DecryptedSample>();
        for (let i = 0; i < countSegments(rendition.timeline); i++) {
          const plan = planCmafSegment(rendition, i, protection);
          const decrypted = await decrypt(rendition, plan);
          const source = await readSource(rendition, samples[i]!, samples[i + 1]!);
          assertEquals(decrypted.map(({ clear }) => clear), source);
          for (const [j, sample] of decrypted.entries()) all.set(samples[i]! + j, sample);
          if (i === 0) {
            const whole = await readPlan(plan, NO_BUFFER);
            assertEquals(await readSlices(plan, 20_000), whole);
          }
        }
        assertNoClearBytes([...all.values()]);
        if (scheme === "cenc") {
          assertEquals(new Set([...all.values()].map(({ iv }) => iv)).size, all.size);
        }
        if (rendition.type !== "video") continue;
        for (const frame of listKeyFrames(rendition)) {
          const [sample] = await decrypt(rendition, planKeyFrame(rendition, frame, protection));
          assertEquals(sample, all.get(frame.sample));
        }
      }
    });
  }
}

/** Large samples have encrypted bytes. */
function assertNoClearBytes(samples: readonly DecryptedSample[]): void {
  for (const { sent, clear, map } of samples) {
    if (sent.length < 1000 || (map?.length ?? 0) >= 2 * MAX_SUBSAMPLES.cenc) continue; // of too many slices, some are clear
    const protectedBytes = map ? map.reduce((sum, n, i) => i % 2 ? sum + n : sum, 0) : sent.length;
    assertLess(sent.length - protectedBytes, sent.length / 2);
    assert(sent.some((byte, i) => byte !== clear[i]));
  }
}

for (const scheme of ["cenc", "cbcs"] as const) {
  Deno.test(`planCmafSegment() encrypts a segment of two sample descriptions with ${scheme}`, async () => {
    const options = { scheme, segmentDuration: 60 };
    const presentation = await openProtected(["test-avc-twoentries.mp4"], options);
    using _ = { [Symbol.dispose]: () => presentation.close() };
    const [rendition] = presentation.renditions.values() as Iterable<MediaRendition>;
    const { samples } = rendition!.timeline;
    assertEquals(samples.length, 2);
    assertGreater(readSampleRuns(rendition!, samples[0]!, samples[1]!).length, 1);
    const plan = planCmafSegment(rendition!, 0, protect(rendition!));
    const decrypted = await decrypt(rendition!, plan);
    const source = await readSource(rendition!, samples[0]!, samples[1]!);
    assertEquals(decrypted.map(({ clear }) => clear), source);
    assertEquals(await readSlices(plan, 10_000), await readPlan(plan, NO_BUFFER));
    assertNoClearBytes(decrypted);
  });
}

Deno.test("planCmafSegment() rejects video that is too large to be encrypted, and names samples that cannot be", async () => {
  const presentation = await openProtected(["ladder-avc-240p.mp4"], { scheme: "cenc" });
  using _ = { [Symbol.dispose]: () => presentation.close() };
  const [rendition] = presentation.renditions.values() as Iterable<MediaRendition>;
  const { track, source } = rendition!;
  const large = new Proxy(track.samples, {
    get(table, name) {
      if (name !== "readSamples") {
        const value = Reflect.get(table, name);
        return typeof value === "function" ? value.bind(table) : value;
      }
      return (first: number, end: number) => {
        const samples = table.readSamples(first, end);
        return { ...samples, sizes: samples.sizes.map(() => 2 ** 23) };
      };
    },
  });
  const huge = { ...rendition!, track: { ...track, samples: large } };
  assertThrows(
    () => planCmafSegment(huge, 0, protect(rendition!)),
    MediaError,
    "ladder-avc-240p.mp4: Cannot encrypt a segment of 419430400 bytes, expected at most 134217728",
  );
  const broken = {
    ...source,
    name: source.name,
    size: source.size,
    synchronous: true,
    read(_: number, into: Uint8Array) {
      into.fill(0xFF);
    },
    close() {},
  };
  const plan = planCmafSegment({ ...rendition!, source: broken }, 1, protect(rendition!));
  assertThrows(
    () => readPlan(plan, NO_BUFFER) as Uint8Array,
    MediaError,
    "ladder-avc-240p.mp4: sample 51: Cannot read a NAL unit of 4294967295 bytes where",
  );
});
