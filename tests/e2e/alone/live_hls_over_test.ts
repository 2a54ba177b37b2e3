/** hls.js and shaka-player open broadcasts that are over: the first hours are gone, or the codec has changed. */

import { assertAlmostEquals, assertEquals } from "@std/assert";
import { createBroadcast, createPeriod, selectSegments } from "../../archive/recorded_broadcast.ts";
import type { Broadcast } from "../../../lib/presentation/broadcast.ts";
import type { MediaRendition, Presentation } from "../../../lib/presentation/presentation.ts";
import { openPlayerBrowser } from "../browser.ts";
import { type BroadcastSite, serveBroadcasts } from "../broadcast_site.ts";
import { encodeNumberedSource } from "../live_channel.ts";
import { forHlsViewers } from "../live_hls_viewers.ts";
import { reachEnd } from "../live_playback.ts";
import { FRAME_RATE } from "../numbered_clip.ts";
import { eventually } from "../page_driver.ts";

const SECONDS = 30;
const SEGMENT = 2;
const LAST_FRAME = SECONDS * FRAME_RATE - 1;

/** Start of a period in the broadcast, and of the media that is kept of it. In seconds. */
const BROADCASTS = [
  { name: "first-segments", start: 0, from: 16 },
  { name: "first-periods", start: 7200.5, from: 0 },
];

/** Logged by hls.js where it skips what was not pushed. */
const HOLE_WARNING = /bufferSeekOverHole/;

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
          return [name, createBroadcast([period], { isLive: false })] as [string, Broadcast];
        })).set("codecs", changeCodec(presentation)),
    ),
  );
});
Deno.test.afterAll(() => open.disposeAsync());

/** The second period has another profile and level, as its init segment says. */
function changeCodec(presentation: Presentation): Broadcast {
  const renditions = new Map([...presentation.renditions.values()].map((one) => {
    const rendition = one as MediaRendition;
    if (rendition.type !== "video") return [rendition.name, rendition];
    return [rendition.name, {
      ...rendition,
      description: { ...rendition.description, codec: "avc1.4D4028" },
    }];
  })) as Presentation["renditions"];
  const sets = presentation.sets.map((set) => ({
    ...set,
    renditions: set.renditions.map(({ name }) => renditions.get(name)!),
  }));
  return createBroadcast([
    createPeriod(selectSegments(presentation, { first: 0, end: 3 }), { isOver: true }),
    createPeriod({ ...presentation, renditions, sets }, { number: 2, start: 20, isOver: true }),
  ], { isLive: false });
}

Deno.test("hls.js and shaka-player continue with a period of another codec", () =>
  forHlsViewers(browser, { name: "codecs", url: `${site.url}/codecs` }, async (driver, load) => {
    await load();
    await eventually(driver.state, ({ frames }) => frames > 0);
    await driver.seek(4.5);
    await driver.play();
    await eventually(driver.state, ({ time }) => time > 8);
    const { errors } = await driver.state();
    assertEquals(errors.filter((error) => !HOLE_WARNING.test(error)), []);
  }));

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
