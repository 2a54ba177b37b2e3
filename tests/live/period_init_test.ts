import { assertEquals, assertThrows } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { readArchivedInit } from "../../lib/archive/segment_fragments.ts";
import { ByteReader } from "../../lib/bytes.ts";
import { MediaError } from "../../lib/errors.ts";
import { readLiveInit } from "../../lib/live/live_init.ts";
import { buildPeriodInit } from "../../lib/live/period_init.ts";
import { readBoxes } from "../../lib/mp4/box.ts";
import { Encoder } from "./encoder.ts";

function readMoovBody(bytes: Uint8Array): Uint8Array {
  const found: Uint8Array[] = [];
  readBoxes(new ByteReader(bytes), { moov: (r) => found.push(r.bytes) });
  return found[0]!;
}

Deno.test("buildPeriodInit() writes the init segment of each track that an encoder pushes", () => {
  const file = fromFileUrl(new URL("../../testdata/frag-avcaac-separate.mp4", import.meta.url));
  const { tracks } = readLiveInit(readMoovBody(Deno.readFileSync(file)));
  const inits = [...tracks.values()].map((live) => {
    const init = buildPeriodInit({ live, mediaTime: 1024 });
    const { track } = readArchivedInit(init, "");
    assertEquals(track.timescale, live.track.timescale);
    assertEquals(track.edits, [{ duration: 0, mediaTime: 1024, rate: 1 }]);
    assertEquals(buildPeriodInit({ live, mediaTime: 1024 }), init);
    return [track.id, track.handler, track.entries[0]!.type];
  });
  assertEquals(inits, [[1, "vide", "avc1"], [1, "soun", "mp4a"]]);
});

Deno.test("buildPeriodInit() names a codec that it does not support", () => {
  const { tracks } = readLiveInit(readMoovBody(new Encoder({ tracks: ["video"] }).init));
  const [live] = tracks.values();
  const [entry] = live!.track.entries;
  const foreign = { ...live!, track: { ...live!.track, entries: [{ ...entry!, type: "xvid" }] } };
  assertThrows(() => buildPeriodInit({ live: foreign, mediaTime: 0 }), MediaError, "xvid");
});
