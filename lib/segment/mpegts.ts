/** Transport streams (13818-1; RFC 8216bis §3.1.2): a segment of pictures, with the sound where it is the only one. */

import type { MpegTs } from "../codecs/codec.ts";
import { clockAt, clocksBetween } from "../mpegts/clock.ts";
import { framesTogether, packetCounts, Packetizer } from "../mpegts/pes.ts";
import type { Pes } from "../mpegts/pes.ts";
import { PACKET_SIZE, psi } from "../mpegts/psi.ts";
import type { MediaRendition, Presentation } from "../presentation/presentation.ts";
import { audioBeside, muxedAudio } from "../presentation/transport_stream.ts";
import { accessUnits, converted } from "./access_units.ts";
import type { AccessUnits } from "./access_units.ts";
import type { SegmentPlan } from "./plan.ts";

const VIDEO_PID = 0x100;
const AUDIO_PID = 0x101;

/** A stream on its way into packets. */
interface Track {
  readonly stream: AccessUnits;
  readonly mpegTs: MpegTs;
  readonly rendition: MediaRendition;
  readonly pid: number;
}

/** @param index of the segment in the timeline of `rendition`, which is video */
export function mpegtsSegment(
  presentation: Presentation,
  rendition: MediaRendition,
  index: number,
): SegmentPlan {
  const { samples } = rendition.timeline;
  const tracks = [
    trackOf(rendition, VIDEO_PID, { first: samples[index]!, end: samples[index + 1]! }),
  ];
  const audio = muxedAudio(presentation);
  if (audio) tracks.push(trackOf(audio, AUDIO_PID, audioBeside(audio, rendition, index)));
  return {
    type: "video/mp2t",
    head: new Uint8Array(0),
    ranges: tracks.flatMap(({ stream }) => stream.ranges),
    finish: (bytes) => muxed(tracks, bytes, index),
  };
}

function trackOf(
  rendition: MediaRendition,
  pid: number,
  { first, end }: { first: number; end: number },
): Track {
  const mpegTs = rendition.codec.mpegTs!;
  return { stream: accessUnits(rendition, first, end), mpegTs, rendition, pid };
}

/** The segment: tables, then the PES packets of all tracks in the order of their decode times. */
function muxed(tracks: readonly Track[], bytes: Uint8Array, index: number): Uint8Array {
  const starts = tracks.map((_, i) =>
    tracks.slice(0, i).reduce((sum, { stream }) => sum + stream.size, 0)
  );
  const streams = tracks.map((track, i) =>
    pesOf(track, bytes.subarray(starts[i]!, starts[i]! + track.stream.size))
  );
  const counts = streams.map(packetCounts);
  const clocks = tracks[0]!.stream.units.map(({ dts, next }) => clocksBetween(dts, next));
  const tables = psi(
    tracks.map(({ pid, mpegTs, rendition }) => ({
      pid,
      type: mpegTs.streamType,
      descriptors: mpegTs.descriptors?.(rendition.track.entries[0]!) ?? new Uint8Array(0),
    })),
    index % 16,
  );
  const packets = counts.flat().reduce((sum, count) => sum + count, 0) + clocks.flat().length;
  const out = new Uint8Array(tables.length + packets * PACKET_SIZE);
  out.set(tables);
  const packetizers = tracks.map(({ pid }) => new Packetizer(pid));
  let at = tables.length;
  for (const [track, place] of inOrder(streams)) {
    at = packetizers[track]!.write(streams[track]![place]!, counts[track]![place]!, out, at);
    if (track > 0) continue;
    for (const pcr of clocks[place]!) at = packetizers[0]!.clock(pcr, out, at);
  }
  return out;
}

/** Track and place of each PES packet, earliest decode time first. */
function* inOrder(streams: readonly (readonly Pes[])[]): Generator<[track: number, place: number]> {
  const next = streams.map(() => 0);
  for (;;) {
    let earliest = -1;
    for (const [track, stream] of streams.entries()) {
      const pes = stream[next[track]!];
      if (pes && (earliest < 0 || pes.dts < streams[earliest]![next[earliest]!]!.dts)) {
        earliest = track;
      }
    }
    if (earliest < 0) return;
    yield [earliest, next[earliest]!++];
  }
}

/** Pictures one a PES packet, each with the clock; sounds a few in one. */
function pesOf(track: Track, bytes: Uint8Array): Pes[] {
  const { mpegTs, rendition, stream: { units } } = track;
  const video = track.pid === VIDEO_PID;
  const data = converted(rendition, units, bytes);
  const ends = video ? units.map((_, i) => i + 1) : framesTogether(units.map(({ pts }) => pts));
  const packets: Pes[] = [];
  let first = 0;
  for (const end of ends) {
    const { pts, dts, sync } = units[first]!;
    packets.push({
      streamId: mpegTs.streamId,
      pts,
      dts,
      data: data.slice(first, end).flat(),
      randomAccess: sync,
      pcr: video ? clockAt(dts) : undefined,
    });
    first = end;
  }
  return packets;
}
