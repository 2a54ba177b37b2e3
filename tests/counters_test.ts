/** No counter of `cenc` encrypts two plaintexts under a key: not in two renditions, formats, packages, or versions of a file. */

import { assert, assertEquals } from "@std/assert";
import { buildInit } from "../lib/cmaf/init.ts";
import { planKeyFrame } from "../lib/cmaf/key_frame.ts";
import { planCmafSegment } from "../lib/cmaf/segment.ts";
import { listKeyFrames } from "../lib/presentation/key_frames.ts";
import type { MediaRendition, Presentation } from "../lib/presentation/presentation.ts";
import { SegmentProtection } from "../lib/presentation/segment_protection.ts";
import { countSegments } from "../lib/presentation/segment_timeline.ts";
import { toPackage } from "../lib/presentation/to_package.ts";
import { planSmoothFragment } from "../lib/smooth/fragment.ts";
import { buildSmoothStreams } from "../lib/smooth/streams.ts";
import { openFile } from "../lib/storage/local/file.ts";
import { readPlan, type SegmentPlan } from "../lib/storage/read_plan.ts";
import type { Source } from "../lib/storage/source.ts";
import { type DecryptedSample, decryptFragment, readProtection } from "./decrypt_fragment.ts";
import { openInputs, openPackage } from "./open_presentation.ts";
import { declareProtection, getSeededKeys } from "./protected_presentations.ts";

const NO_BUFFER = new Uint8Array(0);
const OPTIONS = { scheme: "cenc" } as const;

interface Variant {
  readonly files: readonly string[];
  readonly segmentDuration?: number;
  readonly revision?: number;
  /** The last byte of this file is another one. */
  readonly replaced?: string;
}

const LADDER = ["ladder-avc-240p.mp4", "ladder-avc-720p.mp4", "ladder-aac-eng.mp4"];

/** All have the same key. Names of renditions repeat. */
const VARIANTS: readonly Variant[] = [
  { files: LADDER },
  { files: LADDER, segmentDuration: 4 },
  { files: LADDER, revision: 1 },
  { files: LADDER, replaced: "ladder-avc-240p.mp4" },
  { files: ["ladder-avc-240p.mp4", "ladder-avc-240p.mp4", "ladder-aac-fra.mp4"] },
  { files: ["ladder-avc-720p.mp4"] },
];

async function open({ files, segmentDuration = 2, revision, replaced }: Variant) {
  const openSource = async (name: string): Promise<Source> => {
    const source = await openFile(`testdata/${name}`, name);
    return name === replaced ? changeLastByte(source) : source;
  };
  const inputs = files.map((file) => ({ file }));
  const clear = await openInputs(inputs, { segmentDuration, open: openSource });
  const pack = toPackage(clear);
  clear.close();
  const protection = declareProtection(OPTIONS);
  const keys = { file: "a.json", getKeys: getSeededKeys(OPTIONS), servesKeys: false };
  return await openPackage(
    { ...pack, ...revision !== undefined && { revision }, protection },
    openSource,
    keys,
  );
}

function changeLastByte(source: Source): Source {
  const last = source.size - 1;
  const read = (offset: number, into: Uint8Array) => {
    source.read(offset, into);
    if (offset <= last && last < offset + into.length) into[last - offset]! ^= 1;
  };
  return {
    ...source,
    name: source.name,
    size: source.size,
    synchronous: true,
    read,
    close: () => source.close(),
  };
}

/** Lists what is sent of a presentation. */
function* listPlans(
  presentation: Presentation,
): Generator<[rendition: MediaRendition, plan: SegmentPlan]> {
  for (const rendition of presentation.renditions.values()) {
    if (rendition.type !== "video" && rendition.type !== "audio") continue;
    const protection = SegmentProtection.decide(presentation, rendition, "cmaf")!;
    for (let i = 0; i < countSegments(rendition.timeline); i++) {
      yield [rendition, planCmafSegment(rendition, i, protection)];
    }
    if (rendition.type === "audio") continue;
    for (const frame of listKeyFrames(rendition)) {
      yield [rendition, planKeyFrame(rendition, frame, protection)];
    }
  }
  for (const stream of buildSmoothStreams(presentation)) {
    for (const { rendition } of stream.levels) {
      if (rendition.type === "text") continue;
      const protection = SegmentProtection.decide(presentation, rendition, "smooth")!;
      for (let index = 0; index < stream.times.length - 1; index++) {
        yield [rendition, planSmoothFragment(stream, rendition, { index, protection })];
      }
    }
  }
}

/** Returns the bytes that the keystream of a sample encrypts. */
function joinProtected({ clear, map }: DecryptedSample): Uint8Array {
  const parts: number[] = [];
  let at = 0;
  for (let i = 0; i < (map?.length ?? 0); i += 2) {
    const start = at + map![i]!;
    at = start + map![i + 1]!;
    parts.push(...clear.subarray(start, at));
  }
  return map ? Uint8Array.from(parts) : clear;
}

Deno.test("no counter encrypts two plaintexts under a key", async () => {
  const plaintexts = new Map<string, string>();
  let [blocks, repeated] = [0, 0];
  for (const variant of VARIANTS) {
    const presentation = await open(variant);
    using _ = { [Symbol.dispose]: () => presentation.close() };
    for (const [rendition, plan] of listPlans(presentation)) {
      const key = rendition.encryption!.key.key.reveal();
      const segment = await readPlan(plan, NO_BUFFER);
      for (const sample of decryptFragment(segment, readProtection(buildInit(rendition)), key)) {
        const bytes = joinProtected(sample);
        for (let at = 0; at < bytes.length; at += 16) {
          const counter = `${key.toHex()} ${sample.iv} ${at}`;
          const plaintext = bytes.subarray(at, at + 16).toHex();
          const other = plaintexts.get(counter);
          if (other !== undefined) repeated++;
          assertEquals(other ?? plaintext, plaintext, `${rendition.name} ${counter}`);
          plaintexts.set(counter, plaintext);
          blocks++;
        }
      }
    }
  }
  assert(plaintexts.size > 10_000);
  assert(repeated > blocks / 3); // formats share ciphertexts
});
