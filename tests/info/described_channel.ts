import type { DescribedChannel } from "../../lib/info/channel_info.ts";
import type { Broadcast, ChannelState } from "../../lib/presentation/broadcast.ts";
import { EPOCH } from "../archive/recording.ts";
import { list, recordPeriod, toPeriod } from "../server/channel_fixture.ts";

/** A channel of two periods, of which the first one lists its segments from 4 s on. */
export async function createChannel(state: ChannelState): Promise<DescribedChannel> {
  const recorded = await recordPeriod();
  const over = toPeriod(list(recorded, 2), { isOver: true });
  const newest = { ...recorded, version: "v000000000002" };
  const isOver = state === "over";
  const next = toPeriod(newest, { number: 2, start: EPOCH + 60e6, reason: "hole", isOver });
  const whole: Broadcast = {
    version: "v000000000001",
    epoch: EPOCH,
    targetDuration: 2,
    isLive: !isOver,
    window: 3600,
    updatedAt: EPOCH,
    periods: [over, next],
  };
  const file = "live/news.json";
  return {
    file,
    label: "News",
    state,
    publishers: ["main", "backup"],
    views: { listed: whole, whole },
  };
}
