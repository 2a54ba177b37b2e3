/** Compares blocks with those before them: numbers of a channel have no holes, and never go back. */

import { createHash } from "node:crypto";
import type { Block } from "../../archive/block.ts";
import type { Report } from "../findings.ts";
import type { IndexEntry } from "../readers/archive_index.ts";
import type { ArchiveContents, PeriodContents, TrackContents } from "./archive_contents.ts";
import { checkBlockBroadcast, checkBlockPeriod } from "./block_order.ts";
import { checkRates } from "./expected_bandwidth.ts";
import { TrackCheck } from "./track_check.ts";

type ReportAt = (block: number, rendition?: string) => Report;

interface CurrentPeriod {
  readonly contents: PeriodContents;
  readonly checks: readonly TrackCheck[];
  /** Tracks with a record that counts the period. */
  counted: number;
}

export class ChannelCheck {
  readonly #reportAt: ReportAt;
  readonly #periods: PeriodContents[] = [];
  readonly #over = new Set<number>();
  readonly #targets = new Map<number, number>();
  #block: { readonly number: number; readonly block: Block } | undefined;
  /** True if the last block is. */
  #isClosed = false;
  #period: CurrentPeriod | undefined;
  /** What the channel has counted; undefined before the first block, and after one that cannot be read. */
  #counts: { periods: number; readonly segments: Map<string, number> } | undefined;

  constructor(reportAt: ReportAt) {
    this.#reportAt = reportAt;
  }

  /** Forgets what is known: the next block is compared with none. */
  skipBlock(): void {
    this.#block = undefined;
    this.#period = undefined;
    this.#counts = undefined;
  }

  /** Returns true if the block begins a period. */
  addBlock(number: number, block: Block): boolean {
    const report = this.#reportAt(number);
    const last = this.#block;
    this.#countSegments();
    if (last) {
      if (number !== last.number + 1) report("block", `it follows block ${last.number}`);
      checkBlockBroadcast(block, last.block, report);
      checkBlockPeriod(block, { last: last.block, current: this.#period?.contents }, report);
      this.#checkContinued(block, last.block, report);
      const isContinued = block.broadcast.number === last.block.broadcast.number;
      if (isContinued && this.#period) {
        checkRates(block, this.#period.contents, (name) => this.#reportAt(number, name));
      }
    }
    this.#checkTarget(block, report);
    const isNew = this.#period?.contents.id !== block.period.id;
    if (isNew) this.#beginPeriod(block);
    this.#checkCounts(block, report);
    this.#block = { number, block };
    enterBlock(this.#period!.contents, number, block);
    for (const [i, track] of block.tracks.entries()) {
      this.#period!.checks[i]?.enter(number, track, this.#reportAt(number, track.name));
    }
    return isNew;
  }

  /** Compares the init segment of a track with that in the blocks before. */
  addInit(track: number, bytes: Uint8Array, report: Report): void {
    const digest = createHash("sha256").update(bytes).digest("hex");
    const known = this.#period!.contents.tracks[track];
    if (!known) return;
    known.init ??= digest;
    if (known.init !== digest) report("init", "it differs from that of the block before");
  }

  addEntries(
    number: number,
    entries: readonly IndexEntry[],
    { mayBeOpen }: { readonly mayBeOpen: boolean },
  ): void {
    let [isClosed, isOver] = [false, false];
    for (const entry of entries) {
      const report = this.#reportAt(number);
      const at = `record ${entry.number}`;
      const isMisplaced = isOver || isClosed && entry.kind !== "broadcast";
      if (isMisplaced) {
        report("record", `${at} follows the end of the ${isOver ? "broadcast" : "block"}`);
      }
      if (entry.kind === "block") isClosed = true;
      else if (entry.kind === "broadcast") isOver = true;
      else this.#addEntry(number, entry);
    }
    this.#isClosed = isClosed;
    if (isOver) this.#over.add(this.#block!.block.broadcast.number);
    const { counted, contents } = this.#period!;
    const isPart = counted > 0 && counted < contents.tracks.length;
    if (isPart && !(mayBeOpen && !isClosed)) {
      this.#reportAt(number)("period", `${counted} of ${contents.tracks.length} records count it`);
    }
  }

  finish(): ArchiveContents {
    if (this.#isClosed) this.#finishPeriod();
    const isClosed = this.#isClosed;
    return { periods: this.#periods, over: this.#over, targets: this.#targets, isClosed };
  }

  #addEntry(number: number, entry: IndexEntry): void {
    const { checks, contents } = this.#period!;
    if (entry.kind === "target") return this.#fixTarget(entry, this.#reportAt(number));
    const track = contents.tracks[entry.track];
    const report = this.#reportAt(number, track?.track.name);
    if (!track) {
      return report(
        "record",
        `record ${entry.number} is of track ${entry.track}, expected less than ${checks.length}`,
      );
    }
    const check = checks[entry.track]!;
    if (entry.kind === "chunk") check.addChunk(entry, report);
    else if (entry.kind === "period") this.#countTrack(entry, track, report);
    else {
      const segment = check.closeSegment(entry, report);
      if (segment) track.segments.push(segment);
    }
  }

  #beginPeriod({ period, broadcast, tracks }: Block): void {
    this.#finishPeriod();
    const contents: PeriodContents = {
      id: period.id,
      start: period.start,
      broadcast,
      blocks: [],
      number: period.number,
      target: undefined,
      tracks: tracks.map((track) => ({
        track,
        ordinal: track.ordinal,
        init: undefined,
        rates: undefined,
        segments: [],
      })),
    };
    this.#periods.push(contents);
    this.#period = {
      contents,
      checks: tracks.map((track) => new TrackCheck(track)),
      counted: 0,
    };
  }

  /** A period of which all blocks are known is complete. */
  #finishPeriod(): void {
    const period = this.#period;
    if (!period || !this.#block) return;
    const { number, block: { tracks } } = this.#block;
    for (const [i, check] of period.checks.entries()) {
      check.finish(this.#reportAt(number, tracks[i]?.name));
    }
  }

  #countTrack(
    { number, track: index, ordinal, value }: IndexEntry,
    track: TrackContents,
    report: Report,
  ): void {
    const period = this.#period!;
    const at = `record ${number}`;
    const isKnown = period.contents.number !== undefined;
    if (isKnown || index !== period.counted) report("period", `${at} counts it again`);
    const counts = this.#counts!;
    if (value !== counts.periods + 1) {
      report("period", `${at} has number ${value}, expected ${counts.periods + 1}`);
    }
    const expected = 1 + (counts.segments.get(track.track.name) ?? 0);
    if (ordinal !== expected) report("ordinal", `${at} has ${ordinal}, expected ${expected}`);
    if (track.segments.length === 0) report("period", `${at} counts it before its first segment`);
    track.ordinal = ordinal;
    period.counted++;
    if (period.counted === period.contents.tracks.length) period.contents.number = value;
  }

  #fixTarget({ number, value }: IndexEntry, report: Report): void {
    const broadcast = this.#block!.block.broadcast.number;
    this.#period!.contents.target ??= value;
    if (this.#targets.has(broadcast)) report("target duration", `record ${number} fixes it again`);
    else this.#targets.set(broadcast, value);
  }

  #checkTarget({ broadcast: { number, target } }: Block, report: Report): void {
    const known = this.#targets.get(number);
    if (target === undefined) {
      if (known !== undefined) report("target duration", `it is missing, expected ${known}`);
    } else if (known === undefined && this.#block?.block.broadcast.number === number) {
      report("target duration", `it is ${target}, expected none: no record fixes it`);
    } else if (known !== undefined && known !== target) {
      report("target duration", `it is ${target}, expected ${known}`);
    }
    if (target !== undefined) this.#targets.set(number, known ?? target);
  }

  #checkContinued({ broadcast: { number } }: Block, last: Block, report: Report): void {
    if (number === last.broadcast.number && this.#over.has(number)) {
      report("broadcast", `broadcast ${number} was over`);
    }
  }

  /** Compares what a block states with what its channel has counted so far. */
  #checkCounts({ counts, tracks, period }: Block, report: Report): void {
    const expected = this.#counts ??= {
      periods: counts.periods,
      segments: new Map(Object.entries(counts.segments)),
    };
    if (counts.periods !== expected.periods) {
      report("counts", `${counts.periods} periods, expected ${expected.periods}`);
    }
    const names = new Set([...Object.keys(counts.segments), ...expected.segments.keys()]);
    for (const name of names) {
      const [got, wanted] = [counts.segments[name] ?? 0, expected.segments.get(name) ?? 0];
      if (got !== wanted) report("counts", `${got} segments of ${name}, expected ${wanted}`);
    }
    for (const [i, { name, ordinal }] of tracks.entries()) {
      const own = this.#period!.contents.tracks[i]?.ordinal;
      if (ordinal === own && (ordinal === undefined) === (period.number === undefined)) continue;
      report("ordinal", `${name} has ${ordinal ?? "none"}, expected ${own ?? "none"}`);
    }
  }

  /** Segments of a period have ordinals from the moment it is counted, also one that is not closed. */
  #countSegments(): void {
    const { contents, checks } = this.#period ?? {};
    const counts = this.#counts;
    if (!counts || !contents || !checks || contents.number === undefined) return;
    counts.periods = Math.max(counts.periods, contents.number);
    for (const [i, { track: { name }, ordinal }] of contents.tracks.entries()) {
      if (ordinal !== undefined) counts.segments.set(name, ordinal - 1 + checks[i]!.next);
    }
  }
}

function enterBlock(contents: PeriodContents, number: number, block: Block): void {
  contents.blocks.push(number);
  contents.target = block.broadcast.target;
  for (const [i, { rates }] of block.tracks.entries()) {
    const track = contents.tracks[i];
    if (track) track.rates = rates;
  }
}
