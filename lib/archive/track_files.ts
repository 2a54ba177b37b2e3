import { MediaError } from "../errors.ts";
import type { Source } from "../storage/source.ts";
import { formatBlockName, getTrackFile } from "./block.ts";
import type { ReadableArchive, ReadableArchiveFile } from "./file_system.ts";

/** The files of a track in the blocks of an archive, of which one at a time is open. */
export class TrackFiles {
  readonly #files: ReadableArchive;
  readonly #track: string;
  #open: { readonly block: number; readonly file: ReadableArchiveFile } | undefined;

  constructor(files: ReadableArchive, { name }: { readonly name: string }) {
    this.#files = files;
    this.#track = name;
  }

  /**
   * Opens the file in a block. Those that were opened before can no longer be read.
   *
   * @throws errors of the file system
   */
  open(block: number): Source {
    if (this.#open?.block !== block) {
      this.close();
      const path = `${formatBlockName(block)}/${getTrackFile({ name: this.#track })}`;
      this.#open = { block, file: this.#files.open(path) };
    }
    return createSource(this.#track, this.#open!.file);
  }

  close(): void {
    this.#open?.file.close();
    this.#open = undefined;
  }
}

function createSource(name: string, file: ReadableArchiveFile): Source {
  return {
    name,
    size: file.size(),
    synchronous: true,
    read(offset, into) {
      for (let done = 0; done < into.length;) {
        const read = file.pread(into.subarray(done), offset + done);
        if (read === 0) throw new MediaError(`Cannot read ${into.length} bytes`, "MEDIA_READ");
        done += read;
      }
    },
    close() {},
  };
}
