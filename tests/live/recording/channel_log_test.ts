import { assertEquals } from "@std/assert";
import type { ChannelEvent } from "../../../lib/live/segmenter/channel_events.ts";
import { describeEvent, describeLag } from "../../../lib/live/recording/channel_log.ts";
import type { PeriodReason } from "../../../lib/live/segmenter/periods.ts";

function began(reason: PeriodReason, startsBroadcast = false): ChannelEvent {
  return { kind: "period began", reason, startsBroadcast, start: 0, tracks: [] };
}

Deno.test("describeEvent() tells when broadcasts and periods begin, and why", () => {
  assertEquals(describeEvent(began("start", true)), "A broadcast begins");
  assertEquals(
    describeEvent(began("restart")),
    "A period begins: the encoder or ams has started again",
  );
  assertEquals(describeEvent({ kind: "broadcast over" }), "The broadcast is over");
  assertEquals(describeEvent({ kind: "log", message: "A line" }), "A line");
});

Deno.test("describeEvent() is silent about what each segment has, and what has a line already", () => {
  assertEquals(
    describeEvent({ kind: "segment closed", track: 0, ordinal: 0, isLast: false }),
    undefined,
  );
  assertEquals(describeEvent(began("clock")), undefined);
  assertEquals(describeEvent(began("disk")), undefined);
});

Deno.test("describeLag() warns of an encoder whose clock is behind", () => {
  assertEquals(describeLag(9), undefined);
  assertEquals(
    describeLag(1200.2),
    "The clock of the encoder is 1200 s behind: players may find nothing in the window of the channel",
  );
});
