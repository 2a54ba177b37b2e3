import { assert, assertEquals } from "@std/assert";
import { readMovie } from "../../lib/mp4/read_movie.ts";
import { syntheticMovie, warmUp } from "../../lib/ams/warm_up.ts";

Deno.test("warmUp() has opened its film when it is kept, and throws nothing", async () => {
  await warmUp();
});

Deno.test("syntheticMovie() is as a long title is: its tables are left in the file", async () => {
  const source = syntheticMovie();
  const { tracks: [track], residentBytes } = await readMovie(source);
  assertEquals(track!.samples.count, 60_000);
  assert(residentBytes < (source.size - 1000 * track!.samples.count) / 4, `${residentBytes} bytes`);
  const { sizes, compositionOffsets } = track!.samples.readSamples(50, 54);
  assertEquals([...sizes], [150, 151, 152, 153]);
  assertEquals([...compositionOffsets], [1024, 1536, 0, 512]);
});
