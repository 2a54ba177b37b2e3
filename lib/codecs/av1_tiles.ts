/** Tiles of temporal units of AV1, which Common Encryption encrypts (ISO/IEC 23001-7 §9.5.2; AV1-ISOBMFF §4). */

import { BitReader } from "../bits.ts";
import { MediaError } from "../errors.ts";
import { readAv1FrameHeader } from "./av1_frame_header.ts";
import type { Av1Slots } from "./av1_frame_references.ts";
import {
  type Av1SequenceFields,
  type Av1UnitHeader,
  OBU_SEQUENCE_HEADER,
  readAv1SequenceFields,
  readUnitHeader,
} from "./av1_sequence_header.ts";
import type { Av1Tiling } from "./av1_tiling.ts";
import type { ProtectedRangeFinder, SampleRange } from "./codec.ts";
import { UnitCounter } from "./unit_counter.ts";

const OBU_FRAME_HEADER = 3;
const OBU_TILE_GROUP = 4;
const OBU_FRAME = 6;
const OBU_TILE_LIST = 8;

const SLOTS = 8;

/**
 * Creates a finder of the tiles of OBU_FRAME and OBU_TILE_GROUP.
 *
 * @param configuration OBUs of `av1C`
 * @throws MediaError if the sequence header of the configuration is invalid
 */
export function createAv1TileFinder(
  configuration: Uint8Array,
  units = new UnitCounter(),
): ProtectedRangeFinder {
  const reader = new TileReader(units);
  reader.readUnits(configuration);
  return (sample) => reader.readUnits(sample);
}

/** Decoder state on which the sizes of headers depend. */
class TileReader {
  readonly #units: UnitCounter;
  #sequence: Av1SequenceFields | undefined;
  #slots: Av1Slots = Array(SLOTS).fill(undefined);
  /** Tiles of the current frame, and the number of the next one; undefined behind its last tile. */
  #tiling: Av1Tiling | undefined;
  #nextTile = 0;

  constructor(units: UnitCounter) {
    this.#units = units;
  }

  /** Reads a temporal unit, which starts with a frame header. */
  readUnits(units: Uint8Array): SampleRange[] {
    this.#tiling = undefined;
    const ranges: SampleRange[] = [];
    const r = new BitReader(units);
    while (r.left > 0) {
      this.#units.add();
      const unit = readUnitHeader(r);
      const start = r.position / 8;
      const end = start + unit.size;
      if (end > units.length) {
        const left = units.length - start;
        throw new MediaError(`Cannot read an OBU of ${unit.size} bytes where ${left} are left`);
      }
      for (const { start: from, end: to } of this.#readUnit(unit, units.subarray(start, end))) {
        ranges.push({ start: start + from, end: start + to });
      }
      r.position = 8 * end;
    }
    return ranges;
  }

  /** Returns the tiles of the unit, relative to its body. */
  #readUnit(unit: Av1UnitHeader, body: Uint8Array): SampleRange[] {
    if (unit.type === OBU_SEQUENCE_HEADER) this.#sequence = readAv1SequenceFields(body);
    const isCopy = this.#tiling !== undefined; // frame_header_copy() between tile groups
    if (unit.type === OBU_FRAME_HEADER && !isCopy) this.#readFrameHeader(new BitReader(body), unit);
    if (unit.type === OBU_TILE_GROUP) return this.#readTileGroup(new BitReader(body));
    if (unit.type === OBU_TILE_LIST) {
      throw new MediaError("Cannot protect AV1 tile lists", "MEDIA_UNSUPPORTED");
    }
    if (unit.type !== OBU_FRAME) return [];
    if (isCopy) throw new MediaError("Cannot read a frame: tiles of the frame before are missing");
    const r = new BitReader(body);
    this.#readFrameHeader(r, unit);
    alignToByte(r);
    return this.#readTileGroup(r);
  }

  #readFrameHeader(r: BitReader, unit: Av1UnitHeader): void {
    if (!this.#sequence) {
      throw new MediaError("Cannot read a frame header: no sequence header precedes it");
    }
    const header = readAv1FrameHeader(r, this.#sequence, this.#slots, unit);
    this.#tiling = header.tiling;
    this.#slots = header.slots;
    this.#nextTile = 0;
  }

  /** tile_group_obu() (§5.11.1). */
  #readTileGroup(r: BitReader): SampleRange[] {
    const tiling = this.#tiling;
    if (!tiling) throw new MediaError("Cannot read tiles: no frame header precedes them");
    const { first, last } = readTileNumbers(r, tiling);
    if (first !== this.#nextTile || last < first || last >= tiling.tiles) {
      const expected = `from ${this.#nextTile} below ${tiling.tiles}`;
      throw new MediaError(`Cannot read tiles ${first} to ${last}, expected tiles ${expected}`);
    }
    this.#nextTile = last + 1;
    if (this.#nextTile === tiling.tiles) this.#tiling = undefined;
    return readTiles(r, last - first + 1, tiling.sizeBytes);
  }
}

function readTileNumbers(r: BitReader, { tiles, indexBits }: Av1Tiling) {
  const isPartial = tiles > 1 && r.bit() === 1;
  const numbers = isPartial
    ? { first: r.bits(indexBits), last: r.bits(indexBits) }
    : { first: 0, last: tiles - 1 };
  alignToByte(r);
  return numbers;
}

/** All tiles but the last have a size, little endian. */
function readTiles(r: BitReader, count: number, sizeBytes: number): SampleRange[] {
  const end = r.bytes.length;
  let start = r.position / 8;
  return Array.from({ length: count }, (_, i) => {
    let tileEnd = end;
    if (i < count - 1) {
      let size = 1; // tile_size_minus_1
      for (let byte = 0; byte < sizeBytes; byte++) size += (r.bytes[start++] ?? 0) * 256 ** byte;
      tileEnd = start + size;
    }
    if (start >= tileEnd || tileEnd > end) {
      throw new MediaError(
        `Cannot read tile ${i} that ends at byte ${tileEnd} of an OBU of ${end}`,
      );
    }
    const tile = { start, end: tileEnd };
    start = tileEnd;
    return tile;
  });
}

function alignToByte(r: BitReader): void {
  r.position = 8 * Math.ceil(r.position / 8);
}
