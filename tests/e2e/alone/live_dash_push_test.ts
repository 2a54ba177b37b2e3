/** What ffmpeg pushes as DASH is stored and served, every packet once, at its own time: whole broadcasts, and across restarts. */

import { assertEquals } from "@std/assert";
import { parse } from "@libs/xml";
import { type Element, getChild, getChildren } from "../../../lib/verify/readers/xml_elements.ts";
import { type PushedChannel, pushExactly } from "../live_exact.ts";
import type { SourceTrack } from "../live_packets.ts";
import { pushDash } from "../live_push.ts";
import { checkRestarts } from "../live_restarts.ts";
import type { LiveViewer } from "../live_viewer.ts";

/** IDs that ffmpeg gives its streams. */
const getName = ({ position }: SourceTrack) => `${position}`;

/** Each segment is a request, with a fragment for each frame, and the MPD comes first. */
const LOW_LATENCY = ["-ldash", "1", "-streaming", "1", "-use_timeline", "0"];

function pushed(source: string, ...options: string[]): PushedChannel {
  return {
    source,
    push: (file, url) => pushDash(file, url, ...options).done,
    target: ".json/key/feed.mpd",
    getName,
  };
}

const PERSISTENT = ["-http_persistent", "1"];

/** By the name of the channel. Of an open GOP, the DASH muxer of ffmpeg 5.1 moves the key frame to where the segment before ends. */
const CHANNELS: Readonly<Record<string, PushedChannel>> = {
  "closed-gop": pushed("closed-gop"),
  persistent: pushed("closed-gop", ...PERSISTENT),
  "short-gop": pushed("short-gop"),
  "low-latency": pushed("closed-gop", ...LOW_LATENCY),
  "low-latency-persistent": pushed("short-gop", ...LOW_LATENCY, ...PERSISTENT),
  ladder: {
    ...pushed(
      "ladder",
      ...["-metadata:s:a:0", "role=main", "-metadata:s:a:1", "role=dub"],
      ...["-adaptation_sets", "id=0,streams=v id=1,streams=3 id=2,streams=4"],
    ),
    check: checkLanguages,
  },
};

Deno.test("every packet that is pushed as DASH is stored and served once, at its own time", (t) =>
  pushExactly(t, CHANNELS));

/** The manifests of ams have the languages and roles of the MPD that was pushed. */
function checkLanguages({ mpds }: LiveViewer): void {
  const period = getChild(getChild(parse(mpds.at(-1)!) as Element, "MPD"), "Period");
  const audio = getChildren(period, "AdaptationSet").filter((set) =>
    set["@contentType"] === "audio"
  );
  const described = audio.map((set) => ({
    language: set["@lang"],
    roles: getChildren(set, "Role").map((role) => role["@value"]),
    renditions: getChildren(set, "Representation").map((one) => String(one["@id"])),
  }));
  assertEquals(described, [
    { language: "en", roles: ["main"], renditions: ["3"] },
    { language: "fr", roles: ["dub"], renditions: ["4"] },
  ]);
}

Deno.test("DASH push goes on after its encoder and ams were killed", (t) =>
  checkRestarts(t, {
    source: "short-gop",
    push: (file, url) => pushDash(file, url, "-ignore_io_errors", "1"),
    target: ".json/key/feed.mpd",
    getName,
  }));
