/** Resolves media of channels: of what manifests list, and of all that is on disk. */

import { findMax } from "../extremes.ts";
import { RequestError } from "../errors.ts";
import { findFirstTsSegment } from "../hls/mpegts_support.ts";
import { type Bytes, type Resource, RESOURCE_OVERHEAD_BYTES } from "../http/resource.ts";
import type { Channel } from "../library/channel.ts";
import { andThen, orElse } from "../maybe_async.ts";
import { withPages } from "../mp4/samples/pages.ts";
import type { Broadcast, BroadcastPeriod } from "../presentation/broadcast.ts";
import { planBroadcastFragment, planFragmentInfo } from "../smooth/live_fragment.ts";
import type { SegmentPlan } from "../storage/read_plan.ts";
import { getHotSegment, readSegment, type RequestContext, toMediaKey } from "./cached_resources.ts";
import { recordLookup } from "./manifest_cache.ts";
import { toPlannedResource } from "./media_resolvers.ts";
import { notFound } from "./not_found.ts";
import { resolve } from "./resolve.ts";
import type { SegmentRoute, SmoothFragmentRoute, VersionedRoute } from "./routes.ts";

export interface ChannelContext extends Pick<RequestContext, "request" | "app"> {
  readonly channel: Channel;
}

type BytesRoute = Exclude<VersionedRoute, SegmentRoute>;
type PeriodRoute = Exclude<VersionedRoute, SmoothFragmentRoute>;

/**
 * Caches plans with the channel, and the rest with hot segments. Looks at the archive again for what the views do not list.
 *
 * @throws RequestError `NOT_FOUND`
 */
export function resolveChannelMedia(
  context: ChannelContext,
  route: VersionedRoute,
): Resource | Promise<Resource> {
  return "time" in route ? resolveSegment(context, route) : resolveBytes(context, route);
}

function resolveSegment(
  context: ChannelContext,
  route: SegmentRoute,
): Resource | Promise<Resource> {
  const { channel } = context;
  const key = toMediaKey(route);
  if (isListed(channel, route)) {
    const hot = getHotSegment(context, route, key);
    if (hot) return hot;
    const planned = channel.resources.getPlan(key);
    if (planned) return readSegment(context, { route, key }, planned);
  }
  return andThen(find(channel, route) as MaybePromise<Resource<SegmentPlan>>, (found) => {
    const resource = { ...found, hold: channel.hold };
    channel.resources.addPlan(key, resource);
    return readSegment(context, { route, key }, resource);
  });
}

/** A channel can have any number of periods, and each has init segments. */
function resolveBytes(
  { request, app, channel }: ChannelContext,
  route: BytesRoute,
): Resource | Promise<Resource> {
  const key = toMediaKey(route);
  const { cache } = app.hot;
  const cached = isListed(channel, route) ? cache.get(key) : undefined;
  recordLookup(request, app, cached !== undefined);
  if (cached) return cached;
  return andThen(find(channel, route) as MaybePromise<Resource<Bytes>>, (resource) => {
    cache.set(key, resource, RESOURCE_OVERHEAD_BYTES + resource.body.length);
    return resource;
  });
}

/** Media of other versions is served as long as it is on disk, whatever is cached: its recording may have been deleted. */
function isListed(channel: Channel, route: VersionedRoute): boolean {
  const { version } = route;
  return "stream" in route
    ? channel.views?.whole.version === version
    : channel.findPeriod(version) !== undefined;
}

type MaybePromise<T> = T | Promise<T>;

function find(channel: Channel, route: VersionedRoute): Resource | Promise<Resource> {
  const findInViews = () => withPages(() => resolveInViews(channel, route));
  return orElse(findInViews, async (error) => {
    requireNotFound(error);
    await channel.refresh();
    return await orElse(findInViews, async (error) => {
      requireNotFound(error);
      return await findStored(channel, route) ?? rejectWith(error);
    });
  });
}

/** Throws all other errors. */
function requireNotFound(error: unknown): void {
  if (!(error instanceof RequestError) || error.status !== 404) throw error;
}

function rejectWith(error: unknown): never {
  throw error;
}

function resolveInViews(channel: Channel, route: VersionedRoute): Resource {
  if ("stream" in route) {
    const broadcast = channel.views?.whole;
    if (broadcast?.version !== route.version) throw unknownVersion(route);
    return resolveFragment(broadcast, route);
  }
  const period = channel.findPeriod(route.version);
  if (!period) throw unknownVersion(route);
  return resolveInPeriod(period, route);
}

/** Returns undefined for what was never recorded: nothing is read from disk for times to come. */
async function findStored(
  channel: Channel,
  route: VersionedRoute,
): Promise<Resource | undefined> {
  const { version } = route;
  if ("stream" in route) {
    const { whole } = channel.views ?? {};
    if (whole?.version === version && !isBefore(whole, route.time)) return undefined;
    const broadcast = await channel.readStoredBroadcast(version, route.time);
    return broadcast && await withPages(() => resolveFragment(broadcast, route));
  }
  const listed = channel.findPeriod(version);
  if (listed && !mayBeOlder(listed, route)) return undefined;
  const period = await channel.readStoredPeriod(version, "time" in route ? route : undefined);
  return period && await withPages(() => resolveInPeriod(period, route));
}

/** @param time in 100 ns since the epoch of the broadcast */
function isBefore({ epoch, periods }: Broadcast, time: number): boolean {
  const [{ start, presentation: { renditions } }] = periods as [BroadcastPeriod];
  const seconds = [...renditions.values()].map((rendition) =>
    rendition.type === "text" ? 0 : rendition.timeline.times[0]! / rendition.timing.timescale
  );
  return time < 10 * (start - epoch) + 1e7 * findMax(seconds);
}

/** Returns whether the period can have had the segment before those that are listed. */
function mayBeOlder({ presentation }: BroadcastPeriod, route: PeriodRoute): boolean {
  const rendition = presentation.renditions.get(route.rendition);
  if (!rendition || rendition.type === "text" || !("time" in route)) return false;
  const first = route.kind === "mpegts" ? findFirstTsSegment(presentation, rendition) : 0;
  return route.time < rendition.timeline.times[first]!;
}

function resolveFragment(broadcast: Broadcast, route: SmoothFragmentRoute): Resource<SegmentPlan> {
  const plan = route.kind === "fragmentInfo" ? planFragmentInfo : planBroadcastFragment;
  return toPlannedResource(route, plan(broadcast, route));
}

function resolveInPeriod(
  { presentation, derived }: BroadcastPeriod,
  route: PeriodRoute,
): Resource {
  const asset = { presentation, derived };
  return "time" in route ? resolve(asset, route) : resolve(asset, route);
}

function unknownVersion({ file, version }: VersionedRoute): RequestError {
  return notFound(`version ${version} of '${file}': see its manifests for current ones`);
}
