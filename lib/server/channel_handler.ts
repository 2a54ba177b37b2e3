/** Responds with manifests, media and the clock of channels. */

import { RequestError } from "../errors.ts";
import type { HttpRequest } from "../http/request.ts";
import type { Bytes, Resource } from "../http/resource.ts";
import { Channel } from "../library/channel.ts";
import { formatIsoTime } from "../time.ts";
import { respondFrom } from "./asset_handler.ts";
import type { App } from "./app.ts";
import { buildChannelManifest, describeChannel } from "./channel_manifests.ts";
import { type ChannelContext, resolveChannelMedia } from "./channel_media.ts";
import { readManifest, resolveCachedManifest } from "./manifest_cache.ts";
import { MANIFEST_WARNINGS } from "./manifest_table.ts";
import { notFound } from "./not_found.ts";
import { toManifestRoute } from "./resolve.ts";
import type { AssetRoute, ClockRoute, ManifestRoute, PlaylistRoute } from "./routes.ts";

/** The channel is released once the response is made. */
export function respondFromChannel(
  context: ChannelContext,
  route: AssetRoute,
): Response | Promise<Response> {
  context.request.isLive = true;
  return respondFrom(context.channel, context, route, resolveFromChannel);
}

function resolveFromChannel(
  context: ChannelContext,
  route: AssetRoute,
): Resource | Promise<Resource> {
  return "version" in route ? resolveChannelMedia(context, route) : resolveManifest(context, route);
}

/** @throws RequestError `NOT_PUBLISHED` before the first period is listed; as `readManifest()` and the builders */
function resolveManifest(
  { request, app, channel }: ChannelContext,
  route: ManifestRoute | PlaylistRoute,
): Resource<Bytes> {
  const context = { request, app, opened: channel };
  const { views } = channel;
  if (route.kind === "presentationInfo") {
    const manifest = readManifest(context, route);
    const state = { ...manifest, key: `${manifest.key} ${channel.state}` };
    return resolveCachedManifest(context, state, () => describeChannel(channel));
  }
  if (!views) {
    const message = `Cannot play '${channel.file}': nothing was published yet`;
    throw new RequestError("NOT_PUBLISHED", message);
  }
  const newest = views.whole.periods.at(-1)!;
  const manifest = readManifest(context, toManifestRoute(newest, route));
  return resolveCachedManifest(context, manifest, ({ route, query }) => {
    const resource = buildChannelManifest(views, route, query);
    const warning = query ? "" : MANIFEST_WARNINGS[route.kind]?.(newest.presentation);
    if (warning) reportOnce(channel, warning, app);
    return resource;
  });
}

function reportOnce({ file, reported }: Channel, warning: string, { report }: App): void {
  if (reported.has(warning)) return;
  reported.add(warning);
  report(file, warning);
}

/**
 * Serves the time of the system, to which players of a channel set their clocks (ISO/IEC 23009-1 §5.8.5.7).
 *
 * @throws RequestError `NOT_FOUND` unless the file is a channel; as `Library.open()`
 */
export async function serveClock(
  request: HttpRequest,
  { library, responder }: App,
  { file }: ClockRoute,
): Promise<Response> {
  using opened = await library.open(file);
  if (!(opened instanceof Channel)) {
    throw notFound(`a clock of '${file}': it is no channel`);
  }
  const bytes = new TextEncoder().encode(formatIsoTime(Date.now()));
  return responder.respondWithSecret(request, { type: "text/plain", bytes });
}
