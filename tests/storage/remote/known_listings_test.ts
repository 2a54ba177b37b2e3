import { assertEquals, assertNotEquals } from "@std/assert";
import { KnownListings } from "../../../lib/storage/remote/known_listings.ts";
import type { RemoteEntry } from "../../../lib/storage/remote/range_reader.ts";

const entry = (name: string, etag = '"1"'): RemoteEntry => ({ name, kind: "file", size: 5, etag });

Deno.test("KnownListings keeps names and kinds, and a digest of all that an origin says", () => {
  const listings = new KnownListings();
  const digestOf = (entries: RemoteEntry[]) => {
    listings.set("a", entries, 7);
    return listings.get("a")!.digest;
  };
  const digest = digestOf([entry("b.mp4")]);
  assertEquals(listings.get("a"), {
    entries: [{ name: "b.mp4", kind: "file" }],
    digest,
    checkedAt: 7,
  });
  assertEquals(digestOf([entry("b.mp4")]), digest);
  for (
    const other of [[], [entry("c.mp4")], [entry("b.mp4", '"2"')], [entry("b.mp4"), entry("c")]]
  ) {
    assertNotEquals(digestOf(other), digest);
  }
  listings.set("a", undefined, 8);
  assertEquals(listings.get("a"), undefined);
});

Deno.test("KnownListings forgets the oldest of too many entries", () => {
  const listings = new KnownListings();
  const many = Array.from({ length: 10_000 }, (_, i) => entry(`${i}`));
  for (let i = 0; i < 11; i++) listings.set(`${i}`, many, i);
  assertEquals([0, 1, 10].map((i) => listings.get(`${i}`)?.checkedAt), [undefined, 1, 10]);
});
