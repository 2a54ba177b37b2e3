/** From a source to a movie: finds moov and moofs, and reads nothing else. */

import { ByteReader } from "../bytes.ts";
import { MediaError } from "../errors.ts";
import type { Source } from "../storage/source.ts";
import { toPrintable } from "./box.ts";
import type { KnownTables } from "./samples/checkpoints.ts";
import { FragmentIndex } from "./fragment_index.ts";
import { type MoovBuffer, openMoovBuffer } from "./samples/moov_buffer.ts";
import { type Moov, readMoov } from "./moov_reader.ts";
import type { Movie } from "./movie.ts";
import type { ParseContext } from "./samples/parse_context.ts";
import { type TopLevelBox, TopLevelReader } from "./top_level.ts";

/** Heads of 24 hours with ten tracks have half of this. In bytes. */
const MAX_METADATA_SIZE = 2 ** 29;

/** Types that a file may start with. What starts otherwise is no MP4. */
const FIRST_BOX_TYPES = new Set(
  "ftyp styp moov moof mdat free skip wide pnot sidx emsg prft uuid mfra udta".split(" "),
);

/**
 * What an MP4, MOV or M4A says of its tracks, be it progressive, fragmented or both.
 *
 * @param knownTables of its tracks: tables of this very file are not passed through again
 * @throws MediaError, which names the file and the box, when it is none, or is broken
 */
export async function readMovie(source: Source, knownTables?: KnownTables): Promise<Movie> {
  const scan = new MovieScan(source, knownTables);
  try {
    await scan.run();
    return scan.toMovie();
  } catch (error) {
    throw error instanceof MediaError ? error.inFile(source.name) : error;
  }
}

/** One pass through a file. */
class MovieScan {
  readonly #topLevel: TopLevelReader;
  readonly #context: ParseContext;
  #moov: Moov | undefined;
  #moovBuffer: MoovBuffer | undefined;
  #fragmentBytes = 0;
  #fragments: FragmentIndex | undefined;
  /** Fragments that stand before moov, which says how to read them. */
  #earlyMoofs: TopLevelBox[] = [];
  /** Type of the first box. */
  #firstType = "";
  /** Why there is nothing more to be read before the end of the file. */
  #stopReason = "";

  constructor(source: Source, known: KnownTables | undefined) {
    this.#topLevel = new TopLevelReader(source);
    this.#context = { size: source.size, name: source.name, warnings: [], knownTables: known };
  }

  async run(): Promise<void> {
    for (let offset = 0; !this.#stopReason;) {
      const next = this.#topLevel.readBox(offset);
      const box = next instanceof Promise ? await next : next;
      if (!box) return;
      this.#firstType ||= box.type;
      offset += box.size;
      if (box.size < box.headerSize) {
        this.#stopReason = `the box at byte ${box.offset} is smaller than its header`;
        this.#context.warnings.push(`The end of the file was passed over: ${this.#stopReason}`);
      } else if (box.type === "moov" || box.type === "moof") await this.#readMetadata(box);
      else if (offset > this.#context.size) {
        this.#stopReason = `it ends inside of ${toPrintable(box.type)}`;
      }
    }
  }

  toMovie(): Movie {
    if (!this.#moov) throw this.#missingMoovError();
    const { timescale, tracks } = this.#moov;
    const head = this.#moovBuffer;
    const fragments = this.#fragmentBytes; // their tables take about as much
    return {
      timescale,
      tracks: this.#fragments?.appendTo(tracks) ?? tracks,
      warnings: this.#context.warnings,
      get residentBytes() {
        return (head?.residentBytes ?? 0) + fragments;
      },
      loadTables: () => head?.loadRest(),
    };
  }

  async #readMetadata(box: TopLevelBox): Promise<void> {
    const left = this.#context.size - box.offset;
    if (box.size > left) return this.#handleTruncation(box, left);
    if (box.size > MAX_METADATA_SIZE) {
      throw new MediaError(`Cannot read ${box.size} bytes at once`, "MEDIA_UNSUPPORTED").in(
        box.type,
      );
    }
    if (box.type === "moov") return await this.#readMoov(box);
    this.#fragmentBytes += box.size;
    if (!this.#fragments) this.#earlyMoofs.push(box);
    else this.#fragments.add(box.offset, await this.#topLevel.readBody(box));
  }

  /** The first moov counts. */
  async #readMoov(box: TopLevelBox): Promise<void> {
    if (this.#moov) return;
    const { offset, headerSize, size } = box;
    const head = await openMoovBuffer(
      this.#topLevel.source,
      offset + headerSize,
      size - headerSize,
    );
    this.#moovBuffer = head; // tables stay as they stand in it
    this.#moov = readMoov(new ByteReader(head.bytes), { ...this.#context, moov: head });
    this.#fragments = new FragmentIndex(this.#moov, this.#context);
    for (const moof of this.#earlyMoofs) {
      this.#fragments.add(moof.offset, await this.#topLevel.readBody(moof));
    }
  }

  /** A recording that was cut off lacks its last fragment; without moov there is nothing to play. */
  #handleTruncation(box: TopLevelBox, left: number): void {
    if (box.type === "moov") {
      throw new MediaError(`Cannot read ${box.size} bytes where ${left} are left`).in("moov");
    }
    this.#stopReason = "it ends inside of moof";
    this.#context.warnings.push(
      `The last fragment is cut off and was left out: ${left} of ${box.size} bytes of its moof are there`,
    );
  }

  #missingMoovError(): MediaError {
    if (this.#context.size === 0) return new MediaError("Cannot read an empty file");
    const why = FIRST_BOX_TYPES.has(this.#firstType) ? this.#stopReason : "this is no MP4";
    return new MediaError(`Cannot find a moov box${why && `: ${why}`}`);
  }
}
