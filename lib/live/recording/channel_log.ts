/** What the log says of a channel: when broadcasts begin and end, and why periods begin. */

import type { ChannelEvent } from "../segmenter/channel_events.ts";
import type { PeriodReason } from "../segmenter/periods.ts";

const REASONS: Readonly<Record<PeriodReason, string | undefined>> = {
  start: undefined,
  init: "the encoder has sent another init segment",
  track: "a track was added or is missing",
  hole: "media is missing before it",
  clock: undefined,
  restart: "the encoder or ams has started again",
  publisher: "another encoder has taken over",
  reordering: "a sample is presented earlier than its init segment allows",
  disk: undefined,
};

/** Seconds. Viewers would be as far behind, and a short window would be over before they can play it. */
const MAX_LAG = 10;

/** Returns a sentence for the log; undefined for events of each segment, and those that other lines explain. */
export function describeEvent(event: ChannelEvent): string | undefined {
  if (event.kind === "log") return event.message;
  if (event.kind === "broadcast over") return "The broadcast is over";
  if (event.kind !== "period began") return undefined;
  if (event.startsBroadcast) return "A broadcast begins";
  const reason = REASONS[event.reason];
  return reason && `A period begins: ${reason}`;
}

/** Returns a sentence for the log if the first media of a period arrives late for its UTC: the clock of its encoder is wrong. */
export function describeLag(seconds: number): string | undefined {
  if (seconds <= MAX_LAG) return undefined;
  return `The clock of the encoder is ${
    Math.round(seconds)
  } s behind: players may find nothing in the window of the channel`;
}
