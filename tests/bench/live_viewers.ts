/** Compares what viewers of a channel request with the same media as a package. */

import { join } from "@std/path";
import { CONNECTIONS, measure } from "./comparison.ts";
import { getCommandLine } from "../e2e/ams.ts";
import { runLoad, startRecorder, writeChannels } from "./live.ts";
import { readCmafPaths } from "./rows.ts";
import { Client } from "./client.ts";
import type { Bench } from "./section.ts";
import type { Server } from "./servers.ts";
import { formatAtMost, formatFigure, formatTable, median } from "./table.ts";

/** Of the recording. */
const SECONDS = 20;

const MAX = { segment: 1, manifest: 1.1 };

const CHANNEL = "live/c0.json";
const CAPTURED = "captured/video.json";

/** @param source of `encodeFragments()` */
export async function measureViewers(
  bench: Bench,
  { file, perSecond }: { readonly file: string; readonly perSecond: number },
): Promise<string> {
  bench.progress("viewers of a channel");
  const channels = await writeChannels(bench, 1, { reconnect: "always" });
  await using server = await startRecorder(bench);
  await runLoad(bench, server, { file, perSecond, channels, seconds: SECONDS });
  await bench.workspace.run([
    ...getCommandLine("amspackager", bench.clone),
    ...["capture", "-i", join(bench.root, CHANNEL), "-o", join(bench.root, "captured")],
  ], bench.root);
  const rows = [
    [
      "CMAF segment, 1 MB",
      await listSegments(server, CHANNEL),
      await listSegments(server, CAPTURED),
      MAX.segment,
    ],
    ["MPD, unchanged", [`/${CHANNEL}/.mpd`], [`/${CAPTURED}/.mpd`], MAX.manifest],
    [
      "media playlist, unchanged",
      [`/${CHANNEL}/feed.live.m3u8`],
      [await findPlaylist(server)],
      MAX.manifest,
    ],
  ] as const;
  const table = [[
    "processor time per request, µs",
    "channel",
    "package",
    "relative to the package",
  ]];
  for (const [label, live, vod, max] of rows) {
    const times = await compare(bench, server, { live, vod });
    table.push([
      label,
      formatFigure(times.live),
      formatFigure(times.vod),
      formatAtMost(times.live / times.vod, max),
    ]);
  }
  return formatTable(table);
}

/** Medians of times in microseconds; channel and package take turns. */
async function compare(
  bench: Bench,
  server: Server,
  paths: Readonly<Record<"live" | "vod", readonly string[]>>,
): Promise<Record<"live" | "vod", number>> {
  const times: Record<"live" | "vod", number[]> = { live: [], vod: [] };
  for (let round = 0; round <= bench.rounds; round++) {
    for (const kind of ["live", "vod"] as const) {
      const connections = { connections: CONNECTIONS };
      const { processor } = await measure(bench, server, { paths: paths[kind] }, connections);
      if (round > 0) times[kind].push(processor); // the first round warms up
    }
  }
  return { live: median(times.live), vod: median(times.vod) };
}

/** Segments but the first and the last, whose sizes differ. */
async function listSegments({ port }: Server, asset: string): Promise<string[]> {
  using client = await Client.connect(port);
  const [video] = await readCmafPaths(client, asset.replace(/\.json$/, ""));
  return video!.slice(1, -1);
}

async function findPlaylist({ port }: Server): Promise<string> {
  using client = await Client.connect(port);
  const { body } = await client.get(`/${CAPTURED}/.m3u8`);
  const name = new TextDecoder().decode(body).split("\n").find((line) => /^[^#]/.test(line));
  return `/${CAPTURED}/${name}`;
}
