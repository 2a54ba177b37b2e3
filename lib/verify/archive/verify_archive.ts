/** Verifies the archive of a channel: its files, what servers build of them, and the manifests. */

import type { ReadableArchive } from "../../archive/file_system.ts";
import { type Tally, tryReadAsync } from "../build.ts";
import { type FindingLocation, Findings } from "../findings.ts";
import { GENERATORS, type Generators } from "../generators.ts";
import type { Verification } from "../verification.ts";
import { checkArchive } from "./archive_check.ts";
import { BROADCAST_GENERATORS, type BroadcastGenerators } from "./broadcast_generators.ts";
import { type ChannelManifests, checkChannelManifests } from "./channel_manifests.ts";
import { withMediaErrors } from "./checked_files.ts";
import { isServed } from "./expected_broadcast.ts";
import { checkPeriodMedia } from "./period_check.ts";

/** In seconds, for a broadcast that is not listed since its target duration is not fixed. */
const DEFAULT_TARGET = 4;

export interface ArchiveInputs {
  readonly generators?: Generators;
  readonly broadcastGenerators?: BroadcastGenerators;
  /** Opens the channel as a server does, after its archive was read; default: manifests are not verified. */
  readonly openManifests?: () => Promise<ChannelManifests>;
  /** Shows what is verified. */
  readonly watch?: (text: string) => void;
}

/**
 * Reads an archive while another process may write it: what is there when the call starts is verified.
 *
 * @throws errors of the file system
 */
export async function verifyArchive(
  archive: ReadableArchive,
  {
    generators = GENERATORS,
    broadcastGenerators = BROADCAST_GENERATORS,
    openManifests,
    watch = () => {},
  }: ArchiveInputs = {},
): Promise<Verification> {
  const findings = new Findings();
  const files = withMediaErrors(archive);
  const { contents, tallies } = checkArchive(files, {
    findings,
    watch: (block) => watch(`block ${block}`),
  });
  const tables = new Tallies(tallies);
  const tsPeaks = new Map<number, ReadonlyMap<string, number>>();
  let builtBytes = tallies.reduce((sum, { bytes }) => sum + bytes, 0);
  for (const period of contents.periods) {
    if (!isServed(period)) continue;
    const target = contents.targets.get(period.broadcast.number) ?? DEFAULT_TARGET;
    const isOpen = !contents.isClosed && period === contents.periods.at(-1);
    const checked = await checkPeriodMedia(period, { target, isOpen }, {
      ...{ files, findings, generators },
      watch: (rendition, segment, segments) =>
        watch(`period ${period.number}, '${rendition}': segment ${segment + 1} of ${segments}`),
    });
    for (const tally of checked.tallies) tables.add(tally);
    tsPeaks.set(period.number!, checked.tsPeaks);
    builtBytes += checked.builtBytes;
  }
  const report = findings.at({ format: "archive", rendition: "" });
  const manifests = openManifests && await tryReadAsync(openManifests, report, "build");
  if (manifests) {
    const inputs = { findings, generators, broadcastGenerators, tsPeaks };
    const checked = checkChannelManifests(contents, manifests, inputs);
    for (const tally of checked.tallies) tables.add(tally);
    builtBytes += checked.builtBytes;
  }
  return {
    rows: tables.list().map((tally) => ({
      ...tally,
      differenceCount: findings.count(tally.location),
    })),
    differences: findings.list(),
    warnings: [],
    differenceCount: findings.count(),
    builtBytes,
  };
}

/** Sums over all periods. */
class Tallies {
  readonly #all = new Map<string, Tally>();

  constructor(tallies: readonly Tally[]) {
    for (const tally of tallies) this.add(tally);
  }

  add({ location, segments, samples, bytes }: Tally): void {
    const key = toKey(location);
    const known = this.#all.get(key);
    if (known) {
      known.segments += segments;
      known.samples += samples;
      known.bytes += bytes;
    } else this.#all.set(key, { location, segments, samples, bytes });
  }

  list(): Tally[] {
    return [...this.#all.values()];
  }
}

function toKey({ rendition, format }: FindingLocation): string {
  return JSON.stringify([rendition, format]);
}
