import { ByteReader } from "../bytes.ts";
import { MediaError } from "../errors.ts";
import { isPending } from "../maybe_async.ts";
import { WorkPauses } from "../work_pauses.ts";
import { readBytes } from "../storage/source.ts";
import type { Source } from "../storage/source.ts";
import { toPrintable } from "./box.ts";
import type { FindTables, KnownMoov, KnownMovie } from "./samples/checkpoints.ts";
import {
  describeForeignFormat,
  FOREIGN_PROBE_SIZE,
  FOREIGN_SIGNATURE_SIZE,
} from "./foreign_format.ts";
import { FragmentIndex } from "./fragment_index.ts";
import {
  type MoovBuffer,
  openMoovBuffer,
  OTHER_MOOV,
  restoreMoovBuffer,
} from "./samples/moov_buffer.ts";
import { type Moov, readMoov } from "./moov.ts";
import type { Movie } from "./movie.ts";
import { withPages } from "./samples/pages.ts";
import type { ParseContext } from "./samples/parse_context.ts";
import { FileParts } from "./file_parts.ts";
import { FragmentsAhead } from "./fragments_ahead.ts";
import { type TopLevelBox, TopLevelReader } from "./top_level.ts";

/** Twice the size for 24 hours with ten tracks, in bytes. */
export const MAX_METADATA_SIZE = 2 ** 29;

/** In bytes. A sidx has at most 65,535 entries of 12 bytes. */
const MAX_SIDX_SIZE = 2 ** 20;

const FIRST_BOX_TYPES = new Set(
  "ftyp styp moov moof mdat free skip wide pnot sidx emsg prft uuid mfra udta".split(" "),
);

/**
 * Reads a progressive, fragmented or hybrid MP4, MOV or M4A file.
 *
 * @param known used if the moov is unchanged
 * @param pauses let other requests be served while millions of boxes are read
 * @throws MediaError with file name and box path if the file is invalid or not an MP4 file
 */
export async function readMovie(
  source: Source,
  known?: KnownMovie,
  pauses?: WorkPauses,
): Promise<Movie> {
  return await toNamedErrors(source, async () => {
    const scan = new MovieScan(source, known?.findTables);
    const moov = known?.findMoov();
    if (!moov || !await scan.restore(moov)) await scan.run(pauses);
    return await withPages(() => scan.toMovie());
  });
}

async function toNamedErrors<T>(source: Source, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw error instanceof MediaError ? error.inFile(source.name) : error;
  }
}

class MovieScan {
  readonly #topLevel: TopLevelReader;
  /** Absent if loading bytes ahead would not help. */
  readonly #ahead: FragmentsAhead | undefined;
  readonly #context: ParseContext;
  #moov: Moov | undefined;
  #moovBuffer: MoovBuffer | undefined;
  #digest: string | undefined;
  #fragmentBytes = 0;
  #fragments: FragmentIndex | undefined;
  #earlyMoofs: TopLevelBox[] = [];
  readonly #parts = new FileParts();
  #offset = 0;
  #firstType = "";
  #stopReason = "";

  constructor(source: Source, findTables?: FindTables) {
    this.#topLevel = new TopLevelReader(source);
    this.#ahead = source.load && new FragmentsAhead(source);
    this.#context = { size: source.size, name: source.name, warnings: [], findTables };
  }

  /** Returns false if the moov is of another file. */
  async restore(known: KnownMoov): Promise<boolean> {
    const buffer = await restoreMoovBuffer(this.#topLevel.source, known);
    if (buffer) await this.#useMoov(buffer);
    else this.#digest = OTHER_MOOV;
    return buffer !== undefined;
  }

  get source(): Source {
    return this.#topLevel.source;
  }

  async run(pauses = new WorkPauses()): Promise<void> {
    await this.#readBoxes(pauses);
    if (!this.#moov) throw await this.#createMissingMoovError();
  }

  async #readBoxes(pauses: WorkPauses): Promise<void> {
    while (!this.#stopReason) {
      const loading = this.#ahead?.load(this.#offset);
      if (loading) await loading;
      const next = this.#topLevel.readBox(this.#offset);
      const box = isPending(next) ? await next : next;
      if (!box) return;
      this.#firstType ||= box.type;
      if (box.type === "ftyp") this.#parts.addFileType(box.offset);
      if (this.#ahead) await this.#findFragments(box, this.#ahead);
      this.#offset += box.size;
      if (box.size < box.headerSize) {
        this.#stopReason = `the box at byte ${box.offset} is smaller than its header`;
        this.#context.warnings.push(`The end of the file was ignored: ${this.#stopReason}`);
      } else if (box.type === "moov" || box.type === "moof") await this.#readMetadata(box);
      else if (this.#offset > this.#context.size) {
        this.#stopReason = `the file ends inside the box '${toPrintable(box.type)}'`;
      }
      const pause = pauses.check();
      if (pause) await pause;
    }
  }

  async #findFragments(box: TopLevelBox, ahead: FragmentsAhead): Promise<void> {
    const { type, offset, size } = box;
    if (type === "moof") return await ahead.readEnd();
    const isIndex = type === "sidx" && size >= box.headerSize && size <= MAX_SIDX_SIZE;
    const end = offset + size;
    if (isIndex && end <= this.source.size) ahead.addSidx(await this.#topLevel.readBody(box), end);
  }

  toMovie(): Movie {
    if (!this.#moov) throw new Error("Cannot build a movie before its moov was read");
    const { timescale, tracks, chapters } = this.#moov;
    const moov = this.#moovBuffer;
    if (moov) moov.isSufficient = this.#fragmentBytes === 0 && !this.#stopReason;
    const fragments = this.#fragmentBytes; // approximates the size of their tables
    return {
      timescale,
      tracks: this.#fragments?.appendTo(tracks) ?? tracks,
      chapters,
      warnings: this.#context.warnings,
      get residentBytes() {
        return (moov?.residentBytes ?? 0) + fragments;
      },
      releasePages: () => moov?.releasePages(),
    };
  }

  async #readMetadata(box: TopLevelBox): Promise<void> {
    const left = this.#context.size - box.offset;
    if (box.size > left) return this.#handleTruncation(box, left);
    if (box.size > MAX_METADATA_SIZE) {
      throw new MediaError(
        `Cannot read ${box.size} bytes, expected at most ${MAX_METADATA_SIZE}`,
        "MEDIA_UNSUPPORTED",
      ).in(
        box.type,
      );
    }
    if (box.type === "moov") return await this.#readMoov(box);
    if (this.#fragments && this.#parts.hasSecondMoov && await this.#startsOver(box)) {
      return this.#stopAtSecondMovie();
    }
    this.#fragmentBytes += box.size;
    if (!this.#fragments) this.#earlyMoofs.push(box);
    else await this.#addFragment(box, this.#fragments);
  }

  async #startsOver(moof: TopLevelBox): Promise<boolean> {
    if (this.#parts.hasOtherMoov) return true;
    return this.#fragments!.startsOver(await this.#topLevel.readBody(moof));
  }

  #stopAtSecondMovie(): void {
    const { secondStart } = this.#parts;
    this.#stopReason = "another movie follows";
    this.#context.warnings.push(
      `The file is two movies, one after the other: only the first is played, to byte ${secondStart}; join them with ` +
        "`ffmpeg -f concat -i list.txt -c copy joined.mp4`, where list.txt names their files",
    );
  }

  async #readMoov(box: TopLevelBox): Promise<void> {
    const isSecond = await this.#parts.addMoov(box, this.source);
    if (isSecond && this.#parts.startsFile && (this.#parts.hasOtherMoov || !this.#fragmentBytes)) {
      this.#stopAtSecondMovie();
    }
    if (this.#moov) return;
    const { offset, headerSize, size } = box;
    const buffer = await openMoovBuffer(
      this.#topLevel.source,
      offset + headerSize,
      size - headerSize,
      this.#digest,
    );
    await this.#useMoov(buffer);
  }

  async #useMoov(buffer: MoovBuffer): Promise<void> {
    this.#moovBuffer = buffer;
    this.#moov = await withPages(() => this.#parseMoov(buffer));
    this.#fragments = new FragmentIndex(this.#moov, this.#context);
    for (const moof of this.#earlyMoofs) await this.#addFragment(moof, this.#fragments);
  }

  #parseMoov(buffer: MoovBuffer): Moov {
    const warnings: string[] = [];
    const moov = readMoov(new ByteReader(buffer.bytes), {
      ...this.#context,
      warnings,
      moov: buffer,
    });
    for (const warning of warnings) this.#context.warnings.push(warning);
    return moov;
  }

  async #addFragment(moof: TopLevelBox, fragments: FragmentIndex): Promise<void> {
    const body = await this.#topLevel.readBody(moof);
    const adding = withPages(() => fragments.add(moof.offset, body)); // the first one looks up the end of moov's samples
    if (adding) await adding;
  }

  /** Interrupted recordings end with a truncated fragment, which is ignored. */
  #handleTruncation(box: TopLevelBox, left: number): void {
    if (box.type === "moov") {
      throw new MediaError(`Cannot read ${box.size} bytes where ${left} are left`).in("moov");
    }
    this.#stopReason = "the file ends inside the box 'moof'";
    this.#context.warnings.push(
      `The last fragment is truncated and was ignored: it has ${left} of ${box.size} bytes of its moof`,
    );
  }

  async #describeForeignFormat(): Promise<string> {
    const { source } = this;
    const read = (size: number) => readBytes(source, 0, Math.min(source.size, size));
    const isKnown = describeForeignFormat(await read(FOREIGN_SIGNATURE_SIZE), source.name);
    return isKnown && describeForeignFormat(await read(FOREIGN_PROBE_SIZE), source.name);
  }

  async #createMissingMoovError(): Promise<MediaError> {
    const { size } = this.#context;
    if (size === 0) return new MediaError("Cannot read an empty file");
    const isMp4 = FIRST_BOX_TYPES.has(this.#firstType);
    if (!isMp4) {
      const reason = await this.#describeForeignFormat();
      if (reason) return new MediaError(reason, "MEDIA_UNSUPPORTED");
    }
    const why = isMp4 ? this.#stopReason : "this is not an MP4 file";
    return new MediaError(`Cannot find a moov box${why && `: ${why}`}`);
  }
}
