/** A demultiplexer of transport streams (13818-1), which says whatever is not as the standard has it. */

import type { Say } from "../findings.ts";
import { readPes } from "./pes_packet.ts";
import type { PesPacket } from "./pes_packet.ts";
import { readPat, readPmt } from "./psi.ts";
import type { ProgramMap } from "./psi.ts";
import { PACKET, readPacket } from "./ts_packet.ts";
import type { TransportPacket } from "./ts_packet.ts";
import { readBack } from "../build.ts";

export interface StreamPacket extends PesPacket {
  /** Of its first transport packet, in the segment. */
  readonly place: number;
  readonly randomAccess: boolean;
  /** Programme clock of that packet, in ticks of 27 MHz. */
  readonly clock: number | undefined;
}

export interface Clock {
  /** In ticks of 27 MHz. */
  readonly time: number;
  /** Of its transport packet, in the segment. */
  readonly place: number;
}

export interface DemultiplexedSegment {
  readonly map: ProgramMap;
  /** Of each stream of the map, in its order. */
  readonly streams: readonly (readonly StreamPacket[])[];
  readonly clocks: readonly Clock[];
}

/** A stream on its way out of the packets. */
interface Assembly {
  readonly bytes: Uint8Array;
  length: number;
  readonly starts: (Pick<StreamPacket, "place" | "randomAccess" | "clock"> & { at: number })[];
}

/** Reads segments one behind the other, as a player does: counters run on. */
export class Demultiplexer {
  readonly #counters = new Map<number, number>();

  /** Undefined: nothing of it can be played. */
  read(segment: Uint8Array, say: Say): DemultiplexedSegment | undefined {
    if (segment.length % PACKET !== 0) {
      say("packets", `${segment.length} bytes are no whole packets`);
    }
    const reading = new SegmentReading(segment.length);
    for (let place = 0; (place + 1) * PACKET <= segment.length; place++) {
      const bytes = segment.subarray(place * PACKET, (place + 1) * PACKET);
      const packet = readBack(() => readPacket(bytes), say, "packets");
      if (!packet) continue;
      this.#count(packet, place, say);
      reading.add(packet, place, say);
    }
    return reading.finish(say);
  }

  /** Counters go up by one with each packet that has a payload (§2.4.3.3). */
  #count({ pid, counter, payload }: TransportPacket, place: number, say: Say): void {
    const last = this.#counters.get(pid);
    const expected = last === undefined ? counter : (last + (payload.length > 0 ? 1 : 0)) % 16;
    if (counter !== expected) {
      const where = `packet ${place + 1}, of PID ${pid}`;
      say("continuity counter", `it is ${counter} instead of ${expected} in ${where}`);
    }
    this.#counters.set(pid, counter);
  }
}

class SegmentReading {
  readonly #assemblies = new Map<number, Assembly>();
  readonly #clocks: Clock[] = [];
  #mapPid = -1;
  #map: ProgramMap | undefined;

  /** @param size of the segment, in bytes */
  constructor(readonly size: number) {}

  add(packet: TransportPacket, place: number, say: Say): void {
    const { pid, clock } = packet;
    if (pid === 0) this.#mapPid = readBack(() => readPat(packet.payload), say, "tables") ?? -1;
    else if (pid === this.#mapPid) {
      this.#map = readBack(() => readPmt(packet.payload), say, "tables");
      for (const stream of this.#map?.streams ?? []) this.#assembly(stream.pid);
    } else if (!this.#assemblies.has(pid)) {
      say("packets", `packet ${place + 1} is of PID ${pid}, which no table names`);
    } else {
      if (clock !== undefined) this.#clock({ time: clock, place }, pid, say);
      this.#stream(packet, place, say);
    }
  }

  #clock(clock: Clock, pid: number, say: Say): void {
    if (pid !== this.#map?.clockPid) {
      say("PCR", `packet ${clock.place + 1}, of PID ${pid}, has one`);
    }
    this.#clocks.push(clock);
  }

  #assembly(pid: number): Assembly {
    const known = this.#assemblies.get(pid);
    if (known) return known;
    const made: Assembly = { bytes: new Uint8Array(this.size), length: 0, starts: [] };
    this.#assemblies.set(pid, made);
    return made;
  }

  #stream(
    { pid, start, payload, randomAccess, clock }: TransportPacket,
    place: number,
    say: Say,
  ): void {
    const assembly = this.#assembly(pid);
    if (start) assembly.starts.push({ at: assembly.length, place, randomAccess, clock });
    else if (payload.length > 0 && assembly.starts.length === 0) {
      say("packets", `PID ${pid} goes on with a PES packet of another segment`);
    }
    assembly.bytes.set(payload, assembly.length);
    assembly.length += payload.length;
  }

  finish(say: Say): DemultiplexedSegment | undefined {
    if (!this.#map) {
      say("tables", "there is no programme map");
      return undefined;
    }
    const streams = this.#map.streams.map(({ pid }) => packetsOf(this.#assembly(pid), say));
    return { map: this.#map, streams, clocks: this.#clocks };
  }
}

function packetsOf({ bytes, length, starts }: Assembly, say: Say): StreamPacket[] {
  return starts.flatMap(({ at, ...rest }, i) => {
    const end = starts[i + 1]?.at ?? length;
    const pes = readBack(() => readPes(bytes.subarray(at, end)), say, "PES");
    return pes ? [{ ...pes, ...rest }] : [];
  });
}
