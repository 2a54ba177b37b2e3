/** A CMAF segment of a synthetic track with several edits, in which faults are planted. */

import { ByteWriter } from "../../lib/bytes.ts";
import type { Edit, Movie } from "../../lib/mp4/movie.ts";
import { styp } from "../../lib/mp4/file_type.ts";
import { mdatHeader } from "../../lib/mp4/mdat.ts";
import { moof } from "../../lib/mp4/moof.ts";
import type { MediaRendition } from "../../lib/presentation/presentation.ts";
import { compareFragment } from "../../lib/verify/checks/cmaf.ts";
import { checkEditList } from "../../lib/verify/checks/edit_list_check.ts";
import type { InitData } from "../../lib/verify/checks/init.ts";
import { compareSamples } from "../../lib/verify/checks/sample_match.ts";
import { SourceTrack } from "../../lib/verify/expected/source_track.ts";
import { getFragmentSample, readFragment } from "../../lib/verify/readers/fragment.ts";
import {
  buildTrack,
  type Columns,
  MOVIE_TIMESCALE,
  SOURCE,
} from "../presentation/synthetic_track.ts";
import { recordFindings } from "./recorded_findings.ts";

/** A sample of the segment: times in the timescale of the rendition. */
export interface EditedRow {
  /** Index in the file. */
  readonly sample: number;
  readonly presentation: number;
  readonly decode: number;
}

export interface EditedTrack {
  readonly columns: Columns;
  /** In ms. */
  readonly edits: readonly (readonly [duration: number, mediaTime: number])[];
  readonly type: "video" | "audio";
  readonly factor: number;
  readonly mediaTime: number;
  /** End of the last sample. */
  readonly end: number;
}

const TIMESCALE = 1000;

const DEFAULTS = { descriptionIndex: 1, duration: 0, size: 0, flags: 0 };

/** Returns what verify finds in a segment of these rows. */
export async function findInRows(
  track: EditedTrack,
  rows: readonly EditedRow[],
): Promise<readonly string[]> {
  const source = openSource(track, rows.length);
  const { report, findings } = recordFindings();
  checkEditList(source, report);
  const bytes = buildSegment(source, rows, track);
  const fragment = readFragment(bytes, DEFAULTS);
  const samples = await source.readSamples(source.first, source.end);
  const sample = (i: number) => getFragmentSample(bytes, fragment.samples, i);
  const pairs = compareSamples({ count: rows.length, sample }, samples, report);
  const init = { mediaTime: track.mediaTime } as InitData;
  compareFragment(fragment, { init, samples, pairs, report });
  return findings;
}

function openSource({ columns, edits, type, factor }: EditedTrack, count: number): SourceTrack {
  const list = edits.map(([duration, mediaTime]): Edit => ({ duration, mediaTime, rate: 1 }));
  const track = buildTrack(columns, TIMESCALE, list);
  const rendition = {
    ...{ track: { id: track.id }, source: SOURCE, type, codec: { family: "" } },
    timing: { first: 0, end: count, timescale: TIMESCALE * factor },
    timeline: { samples: [0, count] },
  };
  return new SourceTrack(
    rendition as unknown as MediaRendition,
    { timescale: MOVIE_TIMESCALE, tracks: [track] } as unknown as Movie,
    { ticks: 0, timescale: 1 },
  );
}

function buildSegment(
  { track: { samples } }: SourceTrack,
  rows: readonly EditedRow[],
  { mediaTime, end }: EditedTrack,
): Uint8Array {
  const fields = rows.map(({ sample }) => samples.readSamples(sample, sample + 1));
  const column = (getValue: (row: number) => number) =>
    Uint32Array.from(rows, (_, row) => getValue(row));
  const run = {
    ...{ descriptionIndex: 1, time: rows[0]!.decode },
    sizes: column((row) => fields[row]!.sizes[0]!),
    flags: column((row) => fields[row]!.flags[0]!),
    durations: column((row) => (rows[row + 1]?.decode ?? end) - rows[row]!.decode),
    compositionOffsets: column((row) => rows[row]!.presentation + mediaTime - rows[row]!.decode),
  };
  const w = new ByteWriter();
  styp(w, ["msdh", "cmfs"]);
  moof(w, { sequence: 1, trackId: 1, runs: [run] });
  mdatHeader(w, run.sizes.reduce((sum, size) => sum + size, 0));
  const head = w.finish();
  const media = fields.flatMap(({ sizes, offsets }) => {
    const bytes = new Uint8Array(sizes[0]!);
    SOURCE.read(offsets[0]!, bytes);
    return [...bytes];
  });
  return Uint8Array.from([...head, ...media]);
}
