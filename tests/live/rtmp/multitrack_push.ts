/** Messages of Enhanced RTMP with several tracks, in its three forms. */

import { concat } from "../../mp4/movie_file.ts";
import type { NumberedFrame, SourceTrack } from "./media_source.ts";
import type { PushedMessage, SourcePush } from "./pushed_source.ts";
import {
  CODED_FRAMES,
  type EnhancedTag,
  enhancedTag,
  type MultitrackForm,
  SEQUENCE_START,
  type TrackBody,
  u24,
} from "./tag_bytes.ts";

/** Numbers the tracks of each type from 0 on. */
function numberTracks(tracks: readonly SourceTrack[]): number[] {
  return tracks.map(({ type }, i) => tracks.slice(0, i).filter((it) => it.type === type).length);
}

/** How tracks are sent: each in messages of its own, where track 0 is no multitrack message, or those of one time together. */
export function multitrackPush(
  form: MultitrackForm,
): Required<Pick<SourcePush, "buildHeaders" | "buildMessages">> {
  return {
    buildHeaders({ tracks }) {
      const parts = numberTracks(tracks).map((trackId, i) => {
        const { type, fourCc, configuration } = tracks[i]!;
        return { type, track: { fourCc, trackId, body: configuration } };
      });
      const filled = parts.filter(({ track }) => track.body.length > 0);
      return [...Map.groupBy(filled, ({ type }) => type)].flatMap(([type, own]) =>
        build(form, { type, packetType: SEQUENCE_START, tracks: own.map(({ track }) => track) })
          .map((payload) => ({ type, time: 0, payload }))
      );
    },
    buildMessages(frames, { tracks }) {
      const ids = numberTracks(tracks);
      const together = Map.groupBy(
        frames,
        ({ track, frame }) => JSON.stringify([tracks[track]!.type, frame.time, frame.isKey]),
      );
      return [...together.values()].flatMap((group) => {
        const { type } = tracks[group[0]!.track]!;
        const [{ frame: { time, isKey } }] = group as [NumberedFrame];
        const parts = group.map((one) => toPart(one, tracks, ids));
        return build(form, { type, isKey, packetType: CODED_FRAMES, tracks: parts })
          .map((payload): PushedMessage => ({ type, time, payload }));
      });
    },
  };
}

/** Frames of one message have one packet type: all state their offset. */
function toPart(
  { track, frame }: NumberedFrame,
  tracks: readonly SourceTrack[],
  ids: readonly number[],
): TrackBody {
  const { fourCc } = tracks[track]!;
  const hasOffset = fourCc === "avc1" || fourCc === "hvc1";
  const body = hasOffset ? concat(u24(frame.offset), frame.bytes) : frame.bytes;
  return { fourCc, trackId: ids[track]!, body };
}

function build(form: MultitrackForm, tag: Omit<EnhancedTag, "form">): Uint8Array[] {
  if (form === "many tracks, many codecs") return [enhancedTag({ ...tag, form })];
  const codecs = [...Map.groupBy(tag.tracks, ({ fourCc }) => fourCc).values()];
  if (form === "many tracks") return codecs.map((tracks) => enhancedTag({ ...tag, tracks, form }));
  return tag.tracks.map((track) => {
    const own = { ...tag, tracks: [track] };
    return enhancedTag(track.trackId === 0 ? own : { ...own, form });
  });
}
