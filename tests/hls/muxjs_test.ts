/** Video.js's demultiplexer finds in transport streams what mp4box finds in the files, at the same times. */

import { assertEquals } from "@std/assert";
import muxjs from "mux.js";
import type { MediaRendition } from "../../lib/presentation/presentation.ts";
import { countSegments } from "../../lib/presentation/segment_timeline.ts";
import { planTsSegment } from "../../lib/hls/mpegts_segment.ts";
import { readPlan } from "../../lib/storage/read_plan.ts";
import { openTestdata } from "../sample_presentations.ts";
import { sourceSamples } from "./ts_samples.ts";
import { assertTime } from "./ts_samples.ts";

interface Found {
  readonly type: "video" | "audio" | "metadata";
  readonly pts: number;
  readonly dts: number | undefined;
  readonly data: Uint8Array;
}

/** PES packets as mux.js takes them out of segments. */
function demultiplexed(segments: readonly Uint8Array[]): Found[] {
  const { TransportPacketStream, TransportParseStream, ElementaryStream } = muxjs.mp2t;
  const [packets, tables, streams] = [
    new TransportPacketStream(),
    new TransportParseStream(),
    new ElementaryStream(),
  ];
  const found: Found[] = [];
  packets.pipe(tables).pipe(streams);
  streams.on("data", (data: Found) => found.push(data));
  for (const segment of segments) {
    packets.push(segment);
    packets.flush();
  }
  return found.filter(({ type }) => type !== "metadata");
}

for (const file of ["pair-avc-aac.mp4", "flash-avc-audiodelayed.mp4", "flash-avc-bframes.mp4"]) {
  Deno.test(`mux.js reads the transport streams of ${file} with the file's times`, async () => {
    const presentation = await openTestdata([file]);
    try {
      const [video, audio] = ["video", "audio"].map((type) =>
        [...presentation.renditions.values()].find((one) => one.type === type) as MediaRendition
      ) as [MediaRendition, MediaRendition];
      const segments: Uint8Array[] = [];
      for (let i = 0; i < countSegments(video.timeline); i++) {
        segments.push(await readPlan(planTsSegment(presentation, video, i), new Uint8Array(0)));
      }
      const found = demultiplexed(segments);
      const pictures = found.filter(({ type }) => type === "video");
      const { samples } = await sourceSamples(video);
      assertEquals(pictures.length, samples.length);
      for (const [i, { pts }] of pictures.entries()) {
        assertTime(pts, samples[i]!.time.presentationTime, `picture ${i}`);
      }
      const sounds = found.filter(({ type }) => type === "audio");
      assertTime(
        sounds[0]!.pts,
        (await sourceSamples(audio)).samples[0]!.time.presentationTime,
        "sound",
      );
    } finally {
      presentation.close();
    }
  });
}
