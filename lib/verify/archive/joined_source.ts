/** What an archive has of a track in one period, as one fragmented MP4 file: no index is needed to read it. */

import type { ReadableArchive } from "../../archive/file_system.ts";
import { TrackFiles } from "../../archive/track_files.ts";
import { MediaError } from "../../errors.ts";
import type { Source } from "../../storage/source.ts";
import type { SegmentContents, TrackContents } from "./archive_contents.ts";

interface Part {
  /** Here. */
  readonly start: number;
  /** In the file of the block. */
  readonly offset: number;
  readonly size: number;
  readonly block: number;
}

export class JoinedSource implements Source {
  readonly name: string;
  readonly size: number;
  readonly synchronous = true;
  readonly #files: TrackFiles;
  readonly #parts: readonly Part[];

  /** @param contents with at least one segment */
  constructor(files: ReadableArchive, { track, segments }: TrackContents) {
    this.name = track.name;
    this.#files = new TrackFiles(files, track);
    this.#parts = listParts(segments, track.initBytes);
    const last = this.#parts.at(-1)!;
    this.size = last.start + last.size;
  }

  read(offset: number, into: Uint8Array): void {
    if (offset + into.length > this.size) {
      throw new MediaError(`Cannot read ${into.length} bytes at ${offset}`, "MEDIA_READ");
    }
    for (const part of this.#parts) {
      const from = Math.max(offset, part.start);
      const to = Math.min(offset + into.length, part.start + part.size);
      if (from >= to) continue;
      const source = this.#files.open(part.block);
      source.read(part.offset + from - part.start, into.subarray(from - offset, to - offset));
    }
  }

  close(): void {
    this.#files.close();
  }
}

function listParts(segments: readonly SegmentContents[], initBytes: number): Part[] {
  const parts: Part[] = [{ start: 0, offset: 0, size: initBytes, block: segments[0]!.block }];
  let start = initBytes;
  for (const block of new Set(segments.map(({ block }) => block))) {
    const own = segments.filter((segment) => segment.block === block);
    const { offset, bytes } = own.at(-1)!;
    const size = offset + bytes - own[0]!.offset;
    parts.push({ start, offset: own[0]!.offset, size, block });
    start += size;
  }
  return parts;
}
