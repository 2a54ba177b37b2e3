import { readMovie } from "../../../lib/mp4/read_movie.ts";
import type { SampleEntry } from "../../../lib/mp4/sample_entry.ts";
import { open } from "../../archive/recorded_asset.ts";

/** Reads the sample entry of the first track of a file of testdata/. */
export async function readMovieEntry(file: string): Promise<SampleEntry> {
  const source = await open(file);
  try {
    const { tracks: [track] } = await readMovie(source);
    return track!.entries[0]!;
  } finally {
    source.close();
  }
}
