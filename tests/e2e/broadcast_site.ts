/** Serves MPDs and playlists of broadcasts that take hours to record, with the segments of one movie. */

import { basename } from "@std/path";
import { buildInit } from "../../lib/cmaf/init.ts";
import { planCmafSegment } from "../../lib/cmaf/segment.ts";
import { buildBroadcastMpd } from "../../lib/dash/live.ts";
import { buildBroadcastPlaylist } from "../../lib/hls/live.ts";
import { buildBroadcastMultivariantPlaylist } from "../../lib/hls/live_variants.ts";
import { planTsSegment } from "../../lib/hls/mpegts_segment.ts";
import type { Broadcast } from "../../lib/presentation/broadcast.ts";
import type { MediaRendition, Presentation } from "../../lib/presentation/presentation.ts";
import { SegmentProtection } from "../../lib/presentation/segment_protection.ts";
import { findSegment } from "../../lib/presentation/segment_timeline.ts";
import { openFile } from "../../lib/storage/local/file.ts";
import { getBufferSize, readPlan } from "../../lib/storage/read_plan.ts";
import { getMedia } from "../archive/recorded_asset.ts";
import { openInputs } from "../open_presentation.ts";

export interface BroadcastSite extends AsyncDisposable {
  /** Without a trailing slash; followed by the name of a broadcast, and the name of a manifest. */
  readonly url: string;
}

/** @param build returns broadcasts by name */
export async function serveBroadcasts(
  file: string,
  build: (presentation: Presentation) => ReadonlyMap<string, Broadcast>,
): Promise<BroadcastSite> {
  const presentation = await openInputs([{ file: basename(file) }], {
    segmentDuration: 2,
    open: () => openFile(file, basename(file)),
  });
  const broadcasts = build(presentation);
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, async (request) => {
    const [, name = "", ...path] = new URL(request.url).pathname.split("/");
    const broadcast = broadcasts.get(name);
    const body = broadcast && await buildBody(path.join("/"), { broadcast, presentation });
    const headers = { "access-control-allow-origin": "*" };
    return new Response(body, { status: body === undefined ? 404 : 200, headers });
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    async [Symbol.asyncDispose]() {
      await server.shutdown();
      presentation.close();
    },
  };
}

/** Returns undefined if there is no such resource. */
async function buildBody(
  path: string,
  { broadcast, presentation }: { broadcast: Broadcast; presentation: Presentation },
): Promise<string | Uint8Array<ArrayBuffer> | undefined> {
  if (path === ".mpd") return buildBroadcastMpd(broadcast);
  if (path.endsWith(".m3u8")) return buildPlaylist(broadcast, path);
  const [, name, resource = ""] = path.split("/");
  const rendition = getMedia(presentation).find((it) => it.name === name);
  if (!rendition) return undefined;
  if (resource === "init.mp4") return new Uint8Array(buildInit(rendition));
  if (resource.endsWith(".ts")) return await readTs(presentation, rendition, parseInt(resource));
  return await readSegment(rendition, parseInt(resource));
}

function buildPlaylist(broadcast: Broadcast, path: string): string {
  if (path === ".m3u8") return buildBroadcastMultivariantPlaylist(broadcast, "fmp4");
  if (path === "ts.m3u8") return buildBroadcastMultivariantPlaylist(broadcast, "ts");
  const [rendition] = path.split(".");
  const format = path.endsWith(".ts.m3u8") ? "ts" : "fmp4";
  return buildBroadcastPlaylist(broadcast, rendition!, { format, isWindow: false });
}

async function readTs(
  presentation: Presentation,
  rendition: MediaRendition,
  time: number,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const index = findSegment(rendition.timeline, time);
  if (index < 0) return undefined;
  const protection = SegmentProtection.decide({}, rendition, "mpegts")!;
  const plan = planTsSegment(presentation, rendition, { index, protection });
  return new Uint8Array(await readPlan(plan, new Uint8Array(getBufferSize(plan))));
}

async function readSegment(
  rendition: MediaRendition,
  time: number,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const index = findSegment(rendition.timeline, time);
  if (index < 0) return undefined;
  const plan = planCmafSegment(rendition, index, SegmentProtection.decide({}, rendition, "cmaf")!);
  return new Uint8Array(await readPlan(plan, new Uint8Array(getBufferSize(plan))));
}
