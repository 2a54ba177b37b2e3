import { assertEquals } from "@std/assert";
import { findPlayableProtocols } from "../../lib/ui/shaka_setup.js";

type Shaka = Parameters<typeof findPlayableProtocols>[0];

Deno.test("findPlayableProtocols() prefers DASH, and HLS in a browser with AirPlay", async () => {
  const manifest = { "application/dash+xml": true, "application/x-mpegurl": true };
  const Player = { probeSupport: () => Promise.resolve({ manifest }) };
  const find = () => findPlayableProtocols({ Player } as unknown as Shaka);
  assertEquals(await find(), ["dash", "hls", "hlsTs"]);
  const scope = globalThis as Record<string, unknown>;
  scope.WebKitPlaybackTargetAvailabilityEvent = Event;
  try {
    assertEquals(await find(), ["hls", "dash", "hlsTs"]);
  } finally {
    delete scope.WebKitPlaybackTargetAvailabilityEvent;
  }
});
