/** A period of an archive as a presentation, for the functions of all protocols. */

import type { Codec, Description } from "../codecs/codec.ts";
import { findCodec } from "../codecs/mod.ts";
import { describeUnsupportedCodec } from "../codecs/unsupported_codec.ts";
import { MediaError } from "../errors.ts";
import { withTrackAspect } from "../input/pixel_aspect.ts";
import { omitUndefined } from "../omit_undefined.ts";
import { assemblePresentation } from "../presentation/build.ts";
import { findLargestSegment } from "../presentation/segment_timeline.ts";
import { computeRecordedFrameRate } from "../presentation/frame_rate.ts";
import { SegmentStart } from "../presentation/segment_timeline.ts";
import type { MediaRendition, Presentation } from "../presentation/presentation.ts";
import { buildArchivedTrack } from "./archived_track.ts";
import type { BlockSource } from "./block_source.ts";
import type { ArchivedRendition, PeriodSnapshot } from "./channel_history.ts";
import { computePeriodVersion } from "./period_version.ts";
import { type ArchivedTimeline, locateSegment } from "./timeline_history.ts";
import { readArchivedInit, SegmentFragments } from "./segment_fragments.ts";

/** What a period's renditions are read from. */
export interface RenditionMedia {
  /** ftyp and moov. */
  readonly init: Uint8Array;
  /** First bytes of the first sample of a segment; absent if the init segment describes the codec. */
  readonly firstSample?: Uint8Array | undefined;
  readonly source: BlockSource;
}

export interface PeriodContext {
  /** Epoch of the broadcast, UTC in µs. */
  readonly epoch: number;
  /** Target duration of the broadcast in seconds. */
  readonly target: number;
}

interface OpenRendition {
  readonly init: Uint8Array;
  readonly fragments: SegmentFragments;
  readonly source: BlockSource;
  readonly codec: Codec;
  readonly description: Description;
}

/** The renditions of one period, which snapshots share. */
export class PeriodPresentation {
  readonly #context: PeriodContext;
  readonly #version: string;
  readonly #renditions: readonly OpenRendition[];

  /**
   * @param media in the order of the period's renditions
   * @throws MediaError if an init segment is broken, or its codec is not supported
   */
  constructor(
    { number }: Pick<PeriodSnapshot, "number">,
    media: readonly RenditionMedia[],
    context: PeriodContext,
  ) {
    this.#context = context;
    const inits = media.map(({ init }) => init);
    this.#version = computePeriodVersion({ epoch: context.epoch, number, inits });
    this.#renditions = media.map(openRendition);
  }

  /**
   * Builds the presentation of a snapshot, at no cost in proportion to its length but for what compares its timelines.
   *
   * @param isLive if the period may get more segments
   */
  build({ renditions }: PeriodSnapshot, isLive: boolean): Presentation {
    const { target } = this.#context;
    return assemblePresentation({
      version: this.#version,
      segmentDuration: target,
      targetDuration: target,
      ...isLive && { isLive },
    }, renditions.map((rendition, i) => toMediaRendition(this.#renditions[i]!, rendition)));
  }
}

function openRendition({ init, firstSample, source }: RenditionMedia): OpenRendition {
  const archived = readArchivedInit(init, source.name);
  const { track } = archived;
  const [entry] = track.entries;
  const codec = entry && findCodec(entry);
  if (!codec) {
    const why = entry ? describeUnsupportedCodec(entry) : "it has no sample entry";
    throw new MediaError(`Cannot play ${source.name}: ${why}`, "MEDIA_UNSUPPORTED");
  }
  const description = withTrackAspect(codec.describe(entry, firstSample), track, entry);
  return { init, fragments: new SegmentFragments(archived, source), source, codec, description };
}

function toMediaRendition(
  { init, fragments, source, codec, description }: OpenRendition,
  { track: stored, timeline, bandwidths }: ArchivedRendition,
): MediaRendition {
  const { name, type, language, label, role, default: isDefault, captions } = stored;
  const archived = buildArchivedTrack(timeline, fragments, stored);
  return omitUndefined({
    type,
    name,
    language: language ?? archived.track.language,
    label,
    role,
    isDefault: isDefault || undefined,
    captions,
    file: source.name,
    codec,
    description,
    source,
    ...archived,
    largestSegment: findLargestSegment(timeline), // of what is listed, so that all workers agree
    ...bandwidths,
    stored: {
      init,
      locate: (index: number) => {
        const { block, offset, bytes } = locateSegment(timeline, index);
        return { offset: source.toOffset(block, offset), size: bytes };
      },
    },
    ...type === "video" && {
      frameRate: computeRecordedFrameRate(timeline, stored.timescale),
    },
    openGop: type === "video" && hasOtherStarts(timeline),
  });
}

/** Returns true if a segment does not start with a key frame that is presented first. */
function hasOtherStarts({ keyFrames }: ArchivedTimeline): boolean {
  return keyFrames.includes(SegmentStart.OPEN_GOP) || keyFrames.includes(SegmentStart.OTHER);
}
