import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { buildMultivariantPlaylist } from "../../lib/hls/multivariant_playlist.ts";
import { measureBandwidths } from "../../lib/hls/stored_bandwidths.ts";
import { formatPackage, type Package, parsePackage } from "../../lib/package/package.ts";
import type { StoredBandwidths } from "../../lib/package/serialized_index.ts";
import { formatIndex, parseIndex } from "../../lib/package/index_text.ts";
import { toPackage } from "../../lib/presentation/to_package.ts";
import { buildLongFile } from "../long_movie.ts";
import { openInputs, openPackage } from "../open_presentation.ts";
import { openTestdata } from "../sample_presentations.ts";

const { source } = buildLongFile({ seconds: 1800 });
const PRESENTATION = await openInputs([{ file: "movie.mp4" }], {
  segmentDuration: 4,
  open: () => source,
  maxProbes: 0,
});
const MEASURED = measureBandwidths(PRESENTATION);
const PACKAGE = parsePackage(
  formatPackage(toPackage(PRESENTATION, { bandwidths: MEASURED })),
);
const OLDER = parsePackage(formatPackage(toPackage(PRESENTATION)));

type Change = (stored: StoredBandwidths) => StoredBandwidths | undefined;

function changeStored(change: Change): Package {
  const tracks = PACKAGE.tracks.map((track) => {
    const index = parseIndex(track.index!)!;
    return { ...track, index: formatIndex({ ...index, bandwidths: change(index.bandwidths!) }) };
  });
  return { ...PACKAGE, tracks };
}

async function buildPlaylists(pack: Package): Promise<string[]> {
  const presentation = await openPackage(pack, () => source);
  return (["fmp4", "ts"] as const).map((format) => buildMultivariantPlaylist(presentation, format));
}

const EXPECTED = await buildPlaylists(OLDER);
const ONE = { bandwidth: 1, averageBandwidth: 1 };
const FORGED: Change = (stored) => ({ ...stored, iframes: ONE, ts: ONE, tsIframes: ONE });

Deno.test("measureBandwidths() measures what multivariant playlists declare", async () => {
  const [video, audio] = [...MEASURED.values()];
  assertEquals(Object.keys(video!), ["target", "muxedAudio", "iframes", "ts", "tsIframes"]);
  assertEquals(Object.keys(audio!), ["target", "muxedAudio"]); // muxed
  assertEquals(await buildPlaylists(PACKAGE), EXPECTED);
  assert(EXPECTED[0]!.includes(`BANDWIDTH=${video!.iframes!.bandwidth},`));
  assert(EXPECTED[1]!.includes(`BANDWIDTH=${video!.ts!.bandwidth},`));
  assert(EXPECTED[1]!.includes(`BANDWIDTH=${video!.tsIframes!.bandwidth},`));
});

Deno.test("multivariant playlists declare the bandwidths of the index", async () => {
  const [fmp4, ts] = await buildPlaylists(changeStored(FORGED));
  assertEquals(fmp4!.match(/INF:BANDWIDTH=1,/g)?.length, 1);
  assertEquals(ts!.match(/INF:BANDWIDTH=1,/g)?.length, 2);
});

Deno.test("multivariant playlists do not declare bandwidths of another target duration or audio", async () => {
  const changes: Change[] = [
    () => undefined,
    (stored) => ({ ...FORGED(stored)!, target: stored.target + 1 }),
    (stored) => ({ ...stored, muxedAudio: "", ts: ONE }),
    ({ target, muxedAudio }) => ({ target, muxedAudio }),
  ];
  for (const change of changes) {
    assertEquals(await buildPlaylists(changeStored(change)), EXPECTED);
  }
});

Deno.test("multivariant playlists do not declare bandwidths with muxed audio where it is not muxed", async () => {
  const addAudio = (pack: Package): Package => {
    const { index: _, ...audio } = pack.tracks[1]!;
    return { ...pack, tracks: [...pack.tracks, { ...audio, name: "more" }] };
  };
  const forged = changeStored((stored) => stored.iframes ? { ...stored, ts: ONE } : stored);
  const expected = await buildPlaylists(addAudio(OLDER));
  assertNotEquals(expected[1], EXPECTED[1]);
  assertEquals(await buildPlaylists(addAudio(forged)), expected);
});

Deno.test("measureBandwidths() measures short tracks, too", async () => {
  const presentation = await openTestdata(["test-avc-frontmoov.mp4"]);
  const [name] = presentation.renditions.keys();
  const measured = measureBandwidths(presentation);
  presentation.close();
  assertEquals([...measured.keys()], [name]);
  assertEquals(measured.get(name!)?.target, presentation.targetDuration);
});
