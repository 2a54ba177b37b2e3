/** From a source to a movie: finds moov and moofs, and reads nothing else. */

import { ByteReader } from "../bytes.ts";
import { MediaError } from "../errors.ts";
import type { Source } from "../storage/source.ts";
import { printable } from "./box.ts";
import type { KnownTables } from "./samples/checkpoints.ts";
import { FragmentIndex } from "./fragment_index.ts";
import { type MoovBuffer, openMoov } from "./samples/moov_buffer.ts";
import { type Moov, readMoov } from "./moov_reader.ts";
import type { Movie } from "./movie.ts";
import type { ParseContext } from "./samples/parse_context.ts";
import { TopLevel, type TopLevelBox } from "./top_level.ts";

/** Heads of 24 hours with ten tracks have half of this. In bytes. */
const LARGEST_HEAD = 2 ** 29;

/** Types that a file may start with. What starts otherwise is no MP4. */
const FIRST = new Set(
  "ftyp styp moov moof mdat free skip wide pnot sidx emsg prft uuid mfra udta".split(" "),
);

/**
 * What an MP4, MOV or M4A says of its tracks, be it progressive, fragmented or both.
 *
 * @param known of its tracks: tables of this very file are not passed through again
 * @throws MediaError, which names the file and the box, when it is none, or is broken
 */
export async function readMovie(source: Source, known?: KnownTables): Promise<Movie> {
  const scan = new Scan(source, known);
  try {
    await scan.run();
    return scan.movie();
  } catch (error) {
    throw error instanceof MediaError ? error.inFile(source.name) : error;
  }
}

/** One pass through a file. */
class Scan {
  readonly #topLevel: TopLevel;
  readonly #file: ParseContext;
  #moov: Moov | undefined;
  #head: MoovBuffer | undefined;
  #fragmentBytes = 0;
  #fragments: FragmentIndex | undefined;
  /** Fragments that stand before moov, which says how to read them. */
  #early: TopLevelBox[] = [];
  /** Type of the first box. */
  #first = "";
  /** Why there is nothing more to be read before the end of the file. */
  #stop = "";

  constructor(source: Source, known: KnownTables | undefined) {
    this.#topLevel = new TopLevel(source);
    this.#file = { size: source.size, name: source.name, warnings: [], known };
  }

  async run(): Promise<void> {
    for (let offset = 0; !this.#stop;) {
      const next = this.#topLevel.boxAt(offset);
      const box = next instanceof Promise ? await next : next;
      if (!box) return;
      this.#first ||= box.type;
      offset += box.size;
      if (box.size < box.headerSize) {
        this.#stop = `the box at byte ${box.offset} is smaller than its header`;
        this.#file.warnings.push(`The end of the file was passed over: ${this.#stop}`);
      } else if (box.type === "moov" || box.type === "moof") await this.#readHead(box);
      else if (offset > this.#file.size) this.#stop = `it ends inside of ${printable(box.type)}`;
    }
  }

  movie(): Movie {
    if (!this.#moov) throw this.#missing();
    const { timescale, tracks } = this.#moov;
    const head = this.#head;
    const fragments = this.#fragmentBytes; // their tables take about as much
    return {
      timescale,
      tracks: this.#fragments?.join(tracks) ?? tracks,
      warnings: this.#file.warnings,
      get residentBytes() {
        return (head?.held ?? 0) + fragments;
      },
      loadTables: () => head?.load(),
    };
  }

  async #readHead(box: TopLevelBox): Promise<void> {
    const left = this.#file.size - box.offset;
    if (box.size > left) return this.#cutOff(box, left);
    if (box.size > LARGEST_HEAD) {
      throw new MediaError(`Cannot read ${box.size} bytes at once`, "MEDIA_UNSUPPORTED").in(
        box.type,
      );
    }
    if (box.type === "moov") return await this.#readMoov(box);
    this.#fragmentBytes += box.size;
    if (!this.#fragments) this.#early.push(box);
    else this.#fragments.add(box.offset, await this.#topLevel.bodyOf(box));
  }

  /** The first moov counts. */
  async #readMoov(box: TopLevelBox): Promise<void> {
    if (this.#moov) return;
    const { offset, headerSize, size } = box;
    const head = await openMoov(this.#topLevel.source, offset + headerSize, size - headerSize);
    this.#head = head; // tables stay as they stand in it
    this.#moov = readMoov(new ByteReader(head.bytes), { ...this.#file, head });
    this.#fragments = new FragmentIndex(this.#moov, this.#file);
    for (const moof of this.#early) {
      this.#fragments.add(moof.offset, await this.#topLevel.bodyOf(moof));
    }
  }

  /** A recording that was cut off lacks its last fragment; without moov there is nothing to play. */
  #cutOff(box: TopLevelBox, left: number): void {
    if (box.type === "moov") {
      throw new MediaError(`Cannot read ${box.size} bytes where ${left} are left`).in("moov");
    }
    this.#stop = "it ends inside of moof";
    this.#file.warnings.push(
      `The last fragment is cut off and was left out: ${left} of ${box.size} bytes of its moof are there`,
    );
  }

  #missing(): MediaError {
    if (this.#file.size === 0) return new MediaError("Cannot read an empty file");
    const why = FIRST.has(this.#first) ? this.#stop : "this is no MP4";
    return new MediaError(`Cannot find a moov box${why && `: ${why}`}`);
  }
}
