/** Reads what the files of a presentation declare of their tracks. */

import type { Source } from "../../storage/source.ts";
import { readSourceMoov } from "../readers/source_moov.ts";
import { readTrackDeclarations, type TrackDeclaration } from "../readers/track_declaration.ts";
import { describeSource, type SourceSignalling } from "./signalling.ts";
import { getSourceSample } from "./source_track.ts";
import type { SourceTrack } from "./source_track.ts";

export class SignallingReader {
  readonly #tracks = new Map<Source, readonly TrackDeclaration[]>();

  /** Returns undefined if the file has no such track. @throws MediaError if the file cannot be read */
  async read(source: SourceTrack): Promise<SourceSignalling | undefined> {
    const { rendition: { type, track: { id }, source: file } } = source;
    const fileTracks = await this.readTracks(file);
    const track = fileTracks.find((candidate) => candidate.id === id);
    if (!track) return undefined;
    const samples = await source.readSamples(source.first, source.first + 1);
    const [description = 0] = samples.descriptions;
    const sample = getSourceSample(samples, 0);
    return describeSource(type, { track, fileTracks }, { description, sample });
  }

  async readTracks(file: Source): Promise<readonly TrackDeclaration[]> {
    const known = this.#tracks.get(file);
    if (known) return known;
    const tracks = readTrackDeclarations(await readSourceMoov(file));
    this.#tracks.set(file, tracks);
    return tracks;
  }
}
