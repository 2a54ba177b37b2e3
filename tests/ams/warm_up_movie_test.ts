import { assert, assertEquals } from "@std/assert";
import { createWarmUpMovie } from "../../lib/ams/warm_up_movie.ts";
import { readMovie } from "../../lib/mp4/read_movie.ts";

Deno.test("createWarmUpMovie() is long enough for its tables to stay in the file", async () => {
  const source = createWarmUpMovie();
  const { tracks: [track], residentBytes } = await readMovie(source);
  assertEquals(track!.samples.count, 60_000);
  assert(residentBytes < (source.size - 1000 * track!.samples.count) / 4, `${residentBytes} bytes`);
  const { sizes, compositionOffsets } = track!.samples.readSamples(50, 54);
  assertEquals([...sizes], [150, 151, 152, 153]);
  assertEquals([...compositionOffsets], [1024, 1536, 0, 512]);
});
