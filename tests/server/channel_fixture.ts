/** An app with a channel, `news.json`, that tests fill with periods: nothing is read from disk. */

import type { HttpRequest } from "../../lib/http/request.ts";
import type { App } from "../../lib/server/app.ts";
import { handle } from "../../lib/server/handler.ts";
import { Channel } from "../../lib/library/channel.ts";
import { AssetResources } from "../../lib/library/asset_resources.ts";
import type {
  Broadcast,
  BroadcastPeriod,
  ChannelState,
  ChannelViews,
} from "../../lib/presentation/broadcast.ts";
import { DerivedValues } from "../../lib/presentation/derived_values.ts";
import type { Presentation } from "../../lib/presentation/presentation.ts";
import { sliceTimeline } from "../../lib/presentation/segment_timeline.ts";
import { open, openArchive, recordAsset } from "../archive/recorded_asset.ts";
import { EPOCH } from "../archive/recording.ts";
import { openInputs } from "../open_presentation.ts";
import { type TestApp, testApp } from "./fixture.ts";

export const CHANNEL = "news.json";

/** Six segments of a second, of which `[first, end)` are listed. */
export async function recordPeriod(first = 0, end?: number): Promise<Presentation> {
  const presentation = await openInputs(
    [{ file: "ladder-avc-240p.mp4" }, { file: "ladder-aac-eng.mp4" }],
    { segmentDuration: 2, open },
  );
  try {
    const files = await recordAsset(presentation);
    return list(openArchive(files, presentation, { synchronous: true }), first, end);
  } finally {
    presentation.close();
  }
}

/** Lists the segments `[first, end)` of a period. */
export function list(presentation: Presentation, first: number, end?: number): Presentation {
  const listed = new Map([...presentation.renditions].map(([name, rendition]) => {
    if (rendition.type === "text") throw new TypeError("expected audio and video");
    const last = end ?? rendition.timeline.times.length - 1;
    const timeline = sliceTimeline(rendition.timeline, { first, end: last });
    const { stored: _, ...sampled } = rendition; // of the whole timeline
    return [name, { ...sampled, timeline }];
  }));
  const sets = presentation.sets.map((set) => ({
    ...set,
    renditions: set.renditions.map(({ name }) => listed.get(name)!),
  }));
  return { ...presentation, sets, renditions: listed };
}

export function toPeriod(
  presentation: Presentation,
  fields: Partial<BroadcastPeriod> = {},
): BroadcastPeriod {
  return {
    number: 1,
    start: EPOCH,
    reason: "start",
    isOver: false,
    presentation,
    derived: new DerivedValues(presentation),
    sequences: new Map([...presentation.renditions.values()].map(({ name, bandwidth }) => [
      name,
      { firstOrdinal: 1, listedBandwidth: bandwidth, publisher: "main" },
    ])),
    ...fields,
  };
}

export class FakeChannel {
  readonly resources = new AssetResources();
  readonly file = CHANNEL;
  label: string | undefined;
  state: ChannelState = "waiting";
  publishers: readonly string[] = ["main"];
  views: ChannelViews | undefined;
  /** What is on disk. */
  stored: BroadcastPeriod[] = [];
  users = 0;
  readonly calls: string[] = [];
  readonly reported = new Set<string>();
  /** Called by `refresh()`. */
  onRefresh = () => {};

  show(periods: readonly BroadcastPeriod[], fields: Partial<Broadcast> = {}): void {
    const whole: Broadcast = {
      version: "v000000000001",
      epoch: EPOCH,
      targetDuration: 2,
      isLive: true,
      window: 60,
      updatedAt: EPOCH,
      periods,
      ...fields,
    };
    this.views = { listed: whole, whole };
    this.state = whole.isLive ? "live" : "over";
    this.resources.dropManifests();
  }

  findPeriod(version: string): BroadcastPeriod | undefined {
    return this.views?.whole.periods.find(({ presentation }) => presentation.version === version);
  }

  readStoredPeriod(version: string): Promise<BroadcastPeriod | undefined> {
    this.calls.push(`stored ${version}`);
    const found = this.stored.find(({ presentation }) => presentation.version === version);
    return Promise.resolve(found);
  }

  readStoredBroadcast(version: string): Promise<Broadcast | undefined> {
    this.calls.push(`broadcast ${version}`);
    return Promise.resolve(undefined);
  }

  refresh(): Promise<void> {
    this.calls.push("refresh");
    this.onRefresh();
    return Promise.resolve();
  }

  release(): void {
    this.users--;
  }

  readonly hold = (): Disposable => {
    this.users++;
    return { [Symbol.dispose]: () => this.release() };
  };

  [Symbol.dispose](): void {
    this.release();
  }
}

export interface ChannelServer extends Disposable {
  /** Messages for the operator. */
  readonly messages: readonly string[];
  readonly channel: FakeChannel;
  /** @param line method, URL relative to the channel, and headers */
  request(line: string, headers?: Record<string, string>): Promise<Response>;
}

export function serveChannel(options: Parameters<typeof testApp>[0] = {}): ChannelServer {
  const server: TestApp = testApp(options);
  server.files.write(CHANNEL, "{}");
  const channel = new FakeChannel();
  Object.setPrototypeOf(FakeChannel.prototype, Channel.prototype);
  const library = {
    loader: server.app.library.loader,
    updateCachedSize: () => {},
    open(file: string) {
      if (file !== CHANNEL) return server.app.library.open(file);
      channel.users++;
      return channel;
    },
  };
  const app = { ...server.app, library } as unknown as App;
  return {
    channel,
    messages: server.messages,
    request: async (line, headers = {}) => {
      const [method, url = ""] = line.split(" ") as [string, string?];
      const [path = "", rawQuery] = url.split("?");
      const rawPath = path.startsWith("/") ? path : `/${CHANNEL}/${path}`;
      const request: HttpRequest = { method, rawPath, headers: new Headers(headers) };
      return await handle(rawQuery === undefined ? request : { ...request, rawQuery }, app);
    },
    [Symbol.dispose]: () => server[Symbol.dispose](),
  };
}
