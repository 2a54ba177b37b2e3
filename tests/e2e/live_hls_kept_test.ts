/** hls.js and shaka-player open broadcasts that are over, and whose first hours are gone. */

import { assertAlmostEquals, assertEquals } from "@std/assert";
import { createBroadcast, createPeriod, selectSegments } from "../archive/recorded_broadcast.ts";
import { openPlayerBrowser } from "./browser.ts";
import { type BroadcastSite, serveBroadcasts } from "./broadcast_site.ts";
import { encodeNumberedSource } from "./live_channel.ts";
import { forHlsViewers } from "./live_hls_viewers.ts";
import { reachEnd } from "./live_playback.ts";
import { FRAME_RATE } from "./numbered_clip.ts";
import { eventually } from "./page_driver.ts";

const SECONDS = 30;
const SEGMENT = 2;
const LAST_FRAME = SECONDS * FRAME_RATE - 1;

/** Start of a period in the broadcast, and of the media that is kept of it. In seconds. */
const BROADCASTS = [
  { name: "first-segments", start: 0, from: 16 },
  { name: "first-periods", start: 7200.5, from: 0 },
];

const source = encodeNumberedSource(SECONDS);
const browser = openPlayerBrowser();
const open = new AsyncDisposableStack();
let site: BroadcastSite;

Deno.test.beforeAll(async () => {
  site = open.use(
    await serveBroadcasts(
      source.file,
      (presentation) =>
        new Map(BROADCASTS.map(({ name, start, from }) => {
          const span = { first: from / SEGMENT, end: SECONDS / SEGMENT };
          const selected = selectSegments(presentation, span);
          const period = createPeriod(selected, { number: 5, start, isOver: true });
          return [name, createBroadcast([period], { isLive: false })];
        })),
    ),
  );
});
Deno.test.afterAll(() => open.disposeAsync());

for (const { name, from } of BROADCASTS) {
  Deno.test(`hls.js and shaka-player open a broadcast at its first frame and at its last: ${name}`, () =>
    forHlsViewers(browser, { name, url: `${site.url}/${name}` }, async (driver, load) => {
      await load();
      await eventually(driver.state, ({ frames }) => frames > 0);
      assertEquals(await driver.frameNumber(), from * FRAME_RATE);
      const { duration } = await driver.state();
      assertAlmostEquals(duration, SECONDS - from, 0.15);
      await driver.seek(duration - 1.5);
      await driver.play();
      await reachEnd(driver, LAST_FRAME);
      assertEquals((await driver.state()).errors, []);
    }));
}
