import { ByteReader } from "../bytes.ts";
import { MediaError } from "../errors.ts";
import { FragmentIndex } from "../mp4/fragment_index.ts";
import { type Moov, readMoov } from "../mp4/moov.ts";
import type { Track } from "../mp4/movie.ts";
import { readBoxes } from "../mp4/box.ts";
import { Pages } from "../mp4/samples/pages.ts";
import type { SampleTable } from "../mp4/samples/sample_table.ts";
import type { BlockSource } from "./block_source.ts";
import type { SegmentLocation } from "./timeline_history.ts";

export interface ArchivedInit {
  readonly moov: Moov;
  /** Without samples. */
  readonly track: Track;
}

/** @throws MediaError if it is not the init segment of one track */
export function readArchivedInit(init: Uint8Array, name: string): ArchivedInit {
  const found: Moov[] = [];
  readBoxes(new ByteReader(init), {
    moov: (r) => found.push(readMoov(r, { size: init.length, name, warnings: [] })),
  });
  const [moov] = found;
  const [track] = moov?.tracks ?? [];
  if (!moov || !track) throw new MediaError("Cannot find the track of an init segment");
  return { moov, track };
}

/** Segments of which the samples stay in memory. */
const MAX_SEGMENTS = 8;

/** Reads the moofs of segments when their samples are needed. */
export class SegmentFragments {
  readonly #init: ArchivedInit;
  /** By offset; the least recently used comes first. */
  readonly #tables = new Map<number, SampleTable>();
  /** Bytes that are loaded from a source that is not synchronous. */
  readonly #pages = new Map<number, Pages>();

  constructor(init: ArchivedInit, readonly source: BlockSource) {
    this.#init = init;
  }

  /** Without samples. */
  get track(): Track {
    return this.#init.track;
  }

  /**
   * Returns the samples of a segment.
   *
   * @throws MissingPages; MediaError of the source, and for broken boxes
   */
  read(location: SegmentLocation): SampleTable {
    const offset = this.source.toOffset(location.block, location.offset);
    const table = this.#tables.get(offset) ?? this.#parse(offset, location.bytes);
    this.#tables.delete(offset);
    this.#tables.set(offset, table);
    for (const oldest of this.#tables.keys()) {
      if (this.#tables.size <= MAX_SEGMENTS) break;
      this.#tables.delete(oldest);
    }
    return table;
  }

  #parse(offset: number, bytes: number): SampleTable {
    const { moov, track } = this.#init;
    const { name, size, synchronous } = this.source;
    const fragments = new FragmentIndex(moov, { size, name, warnings: [] });
    const read = synchronous
      ? (at: number, into: Uint8Array) => void this.source.read(offset + at, into)
      : (at: number, into: Uint8Array) => this.#getPages(offset, bytes).copy(at, into);
    for (const { start, body } of readMoofs(read, bytes)) fragments.add(offset + start, body);
    this.#pages.delete(offset);
    return fragments.appendTo([track])[0]!.samples;
  }

  #getPages(offset: number, bytes: number): Pages {
    const known = this.#pages.get(offset);
    if (known) return known;
    const pages = new Pages(this.source, offset, bytes);
    this.#pages.set(offset, pages);
    if (this.#pages.size > MAX_SEGMENTS) this.#pages.delete(this.#pages.keys().next().value!);
    return pages;
  }
}

/** Reads the bodies of all moofs among boxes. */
function readMoofs(
  read: (at: number, into: Uint8Array) => void,
  bytes: number,
): { start: number; body: Uint8Array }[] {
  const moofs: { start: number; body: Uint8Array }[] = [];
  for (let start = 0; start < bytes;) {
    const header = new Uint8Array(Math.min(16, bytes - start));
    read(start, header);
    const { type, size } = readHeader(header);
    if (size < 8 || size > bytes - start) {
      throw new MediaError(`Cannot read a box of ${size} bytes`);
    }
    if (type === "moof") {
      const body = new Uint8Array(size - 8);
      read(start + 8, body);
      moofs.push({ start, body });
    }
    start += size;
  }
  return moofs;
}

function readHeader(bytes: Uint8Array): { type: string; size: number } {
  const r = new ByteReader(bytes);
  const small = r.u32();
  const type = r.ascii(4);
  return { type, size: small === 1 ? r.u64() : small };
}
