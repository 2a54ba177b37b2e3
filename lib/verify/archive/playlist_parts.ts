/** Playlists of a channel between their discontinuities, and what is listed there. */

import type { SegmentFormat } from "../../hls/m3u8.ts";
import { getListedSegments } from "../../hls/media_playlist.ts";
import type { BroadcastPeriod } from "../../presentation/broadcast.ts";
import type { MediaRendition } from "../../presentation/presentation.ts";
import type { Report } from "../findings.ts";
import { getTagValue, type Playlist, type Uri } from "../readers/playlist.ts";
import type { ExpectedPeriod, ExpectedRendition } from "./expected_broadcast.ts";
import type { ManifestCheck } from "./manifest_check.ts";

/** Segments between two discontinuities. */
export interface PlaylistPart {
  readonly first: Uri;
  readonly segments: Uri[];
}

export function splitParts({ uris }: Playlist): PlaylistPart[] {
  const parts: PlaylistPart[] = [];
  for (const uri of uris) {
    const last = parts.at(-1);
    const starts = uri.tags.some(({ name }) => name === "EXT-X-DISCONTINUITY");
    if (last && !starts) last.segments.push(uri);
    else parts.push({ first: uri, segments: [uri] });
  }
  return parts;
}

export interface ListedPeriod {
  readonly period: ExpectedPeriod;
  readonly served: BroadcastPeriod;
  /** True if another period follows, or may: all renditions end together. */
  readonly isContinued: boolean;
  /** With the listed segments alone. */
  readonly rendition: ExpectedRendition;
}

/** Segments of MPEG-TS are listed if they have all their audio. */
export function listPeriod(
  served: BroadcastPeriod,
  { name, format, check }: { name: string; format: SegmentFormat; check: ManifestCheck },
  isContinued: boolean,
): ListedPeriod[] {
  const period = check.expected.find(({ number }) => number === served.number);
  const all = period?.renditions.find((rendition) => rendition.name === name);
  const { presentation } = served;
  if (!period || !all) return [];
  const media = presentation.renditions.get(name) as MediaRendition;
  const { first, end } = getListedSegments(presentation, media, format);
  const segments = all.segments.slice(first, end);
  if (segments.length === 0) return [];
  return [{
    period,
    served,
    isContinued,
    rendition: { ...all, segments, firstOrdinal: all.firstOrdinal + first },
  }];
}

/** @param expected UTC in ms */
export function checkDate(segment: Uri, expected: number, report: Report): void {
  const date = Date.parse(getTagValue(segment, "EXT-X-PROGRAM-DATE-TIME") ?? "");
  if (Math.abs(date - expected) <= 0.5001) return;
  report("period", `EXT-X-PROGRAM-DATE-TIME is ${date}, expected ${expected}`);
}
