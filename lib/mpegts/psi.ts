import { ByteWriter } from "../bytes.ts";

export const PACKET_SIZE = 188;

export const SYNC_BYTE = 0x47;

const PMT_PID = 0x1000;
const PROGRAM_NUMBER = 1;
const TRANSPORT_STREAM_ID = 1;

export interface ElementaryStream {
  readonly pid: number;
  /** stream_type (13818-1 §2.4.4.9). */
  readonly type: number;
}

/** Writes Program Association Table and Program Map Table, a packet each. The first stream carries the PCR. */
export function psi(streams: readonly ElementaryStream[], counter: number): Uint8Array {
  const bytes = new Uint8Array(2 * PACKET_SIZE).fill(0xFF);
  bytes.set(tablePacket(0, counter, pat()));
  bytes.set(tablePacket(PMT_PID, counter, pmt(streams)), PACKET_SIZE);
  return bytes;
}

function tablePacket(pid: number, counter: number, section: Uint8Array): Uint8Array {
  const w = new ByteWriter(PACKET_SIZE);
  w.u8(SYNC_BYTE);
  w.u16(0x4000 | pid); // payload_unit_start_indicator
  w.u8(0x10 | counter);
  w.u8(0); // pointer_field
  w.bytes(section);
  return w.finish();
}

/** Program association section (§2.4.4.3). */
function pat(): Uint8Array {
  return section(0x00, TRANSPORT_STREAM_ID, (w) => {
    w.u16(PROGRAM_NUMBER);
    w.u16(0xE000 | PMT_PID);
  });
}

/** Program map section (§2.4.4.8). */
function pmt(streams: readonly ElementaryStream[]): Uint8Array {
  return section(0x02, PROGRAM_NUMBER, (w) => {
    w.u16(0xE000 | streams[0]!.pid); // PCR_PID
    w.u16(0xF000); // no program descriptors
    for (const { pid, type } of streams) {
      w.u8(type);
      w.u16(0xE000 | pid);
      w.u16(0xF000); // no descriptors
    }
  });
}

/** Writes the only section of a table, with long header (§2.4.4.1) and CRC. */
function section(table: number, id: number, body: (w: ByteWriter) => void): Uint8Array {
  const content = new ByteWriter(64);
  body(content);
  const w = new ByteWriter(128);
  w.u8(table);
  w.u16(0xB000 | (5 + content.length + 4));
  w.u16(id);
  w.u8(0xC1); // version 0, current
  w.u16(0);
  w.bytes(content.finish());
  w.u32(crc32(w.finish()));
  return w.finish();
}

/** Computes the CRC of a section (13818-1 annex A), which is not inverted. */
export function crc32(bytes: Uint8Array): number {
  let crc = 0xFFFFFFFF;
  for (const byte of bytes) {
    crc ^= byte << 24;
    for (let i = 0; i < 8; i++) crc = (crc << 1) ^ (crc < 0 ? 0x04C11DB7 : 0);
  }
  return crc >>> 0;
}
