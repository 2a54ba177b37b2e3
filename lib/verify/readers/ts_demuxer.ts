/** Demultiplexer of MPEG-TS (13818-1) that reports violations of the standard. */

import type { Report } from "../findings.ts";
import { readPes } from "./pes_packet.ts";
import type { PesPacket } from "./pes_packet.ts";
import { readPat, readPmt } from "./psi.ts";
import type { ProgramMap } from "./psi.ts";
import { readTsPacket, TS_PACKET_SIZE } from "./ts_packet.ts";
import type { TsPacket } from "./ts_packet.ts";
import { tryRead } from "../build.ts";

export interface DemuxedPes extends PesPacket {
  readonly packetIndex: number;
  readonly randomAccess: boolean;
  readonly pcr: number | undefined;
}

export interface Pcr {
  /** In ticks of 27 MHz. */
  readonly time: number;
  readonly packetIndex: number;
}

export interface DemuxedSegment {
  readonly map: ProgramMap;
  /** In the order of the map. */
  readonly streams: readonly (readonly DemuxedPes[])[];
  readonly pcrs: readonly Pcr[];
}

interface Assembly {
  readonly bytes: Uint8Array;
  length: number;
  readonly starts: (Pick<DemuxedPes, "packetIndex" | "randomAccess" | "pcr"> & { at: number })[];
}

/** Continuity counters continue from segment to segment, as in a player. */
export class TsDemuxer {
  readonly #counters = new Map<number, number>();

  /** @returns undefined without a program map */
  read(segment: Uint8Array, report: Report): DemuxedSegment | undefined {
    if (segment.length % TS_PACKET_SIZE !== 0) {
      report("packets", `${segment.length} bytes are not a multiple of ${TS_PACKET_SIZE}`);
    }
    const reading = new SegmentReading(segment.length);
    for (let packetIndex = 0; (packetIndex + 1) * TS_PACKET_SIZE <= segment.length; packetIndex++) {
      const bytes = segment.subarray(
        packetIndex * TS_PACKET_SIZE,
        (packetIndex + 1) * TS_PACKET_SIZE,
      );
      const packet = tryRead(() => readTsPacket(bytes), report, "packets");
      if (!packet) continue;
      this.#count(packet, packetIndex, report);
      reading.add(packet, packetIndex, report);
    }
    return reading.finish(report);
  }

  /** Counters increase by one with each packet that has a payload (§2.4.3.3). */
  #count({ pid, counter, payload }: TsPacket, packetIndex: number, report: Report): void {
    const last = this.#counters.get(pid);
    const expected = last === undefined ? counter : (last + (payload.length > 0 ? 1 : 0)) % 16;
    if (counter !== expected) {
      const where = `packet ${packetIndex + 1}, of PID ${pid}`;
      report("continuity counter", `got ${counter}, expected ${expected} in ${where}`);
    }
    this.#counters.set(pid, counter);
  }
}

class SegmentReading {
  readonly #assemblies = new Map<number, Assembly>();
  readonly #pcrs: Pcr[] = [];
  #mapPid = -1;
  #map: ProgramMap | undefined;

  constructor(readonly size: number) {}

  add(packet: TsPacket, packetIndex: number, report: Report): void {
    const { pid, pcr } = packet;
    if (pid === 0) this.#mapPid = tryRead(() => readPat(packet.payload), report, "tables") ?? -1;
    else if (pid === this.#mapPid) {
      this.#map = tryRead(() => readPmt(packet.payload), report, "tables");
      for (const stream of this.#map?.streams ?? []) this.#assembly(stream.pid);
    } else if (!this.#assemblies.has(pid)) {
      report("packets", `packet ${packetIndex + 1} is of PID ${pid}, which is not in the tables`);
    } else {
      if (pcr !== undefined) this.#pcr({ time: pcr, packetIndex }, pid, report);
      this.#stream(packet, packetIndex, report);
    }
  }

  #pcr(pcr: Pcr, pid: number, report: Report): void {
    if (pid !== this.#map?.pcrPid) {
      report("PCR", `packet ${pcr.packetIndex + 1}, of PID ${pid} has one`);
    }
    this.#pcrs.push(pcr);
  }

  #assembly(pid: number): Assembly {
    const known = this.#assemblies.get(pid);
    if (known) return known;
    const made: Assembly = { bytes: new Uint8Array(this.size), length: 0, starts: [] };
    this.#assemblies.set(pid, made);
    return made;
  }

  #stream(
    { pid, start, payload, randomAccess, pcr }: TsPacket,
    packetIndex: number,
    report: Report,
  ): void {
    const assembly = this.#assembly(pid);
    if (start) assembly.starts.push({ at: assembly.length, packetIndex, randomAccess, pcr });
    else if (payload.length > 0 && assembly.starts.length === 0) {
      report("packets", `PID ${pid} continues a PES packet of the previous segment`);
    }
    assembly.bytes.set(payload, assembly.length);
    assembly.length += payload.length;
  }

  finish(report: Report): DemuxedSegment | undefined {
    if (!this.#map) {
      report("tables", "the program map is missing");
      return undefined;
    }
    const streams = this.#map.streams.map(({ pid }) => readPesPackets(this.#assembly(pid), report));
    return { map: this.#map, streams, pcrs: this.#pcrs };
  }
}

function readPesPackets({ bytes, length, starts }: Assembly, report: Report): DemuxedPes[] {
  return starts.flatMap(({ at, ...rest }, i) => {
    const end = starts[i + 1]?.at ?? length;
    const pes = tryRead(() => readPes(bytes.subarray(at, end)), report, "PES");
    return pes ? [{ ...pes, ...rest }] : [];
  });
}
