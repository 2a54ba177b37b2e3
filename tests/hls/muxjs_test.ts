/** mux.js, the demuxer of video.js, reads the same samples and times from MPEG-TS as mp4box from the files. */

import { assertEquals } from "@std/assert";
import muxjs from "mux.js";
import type { MediaRendition } from "../../lib/presentation/presentation.ts";
import { countSegments } from "../../lib/presentation/segment_timeline.ts";
import { planTsSegment } from "../../lib/hls/mpegts_segment.ts";
import { readPlan } from "../../lib/storage/read_plan.ts";
import { openTestdata } from "../sample_presentations.ts";
import { sourceSamples } from "./ts_samples.ts";
import { assertTime } from "./ts_samples.ts";
import { CLEAR } from "../clear_protection.ts";

interface Found {
  readonly type: "video" | "audio" | "metadata";
  readonly pts: number;
  readonly dts: number | undefined;
  readonly data: Uint8Array;
}

/** PES packets that mux.js reads from segments. */
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
  Deno.test(`mux.js reads MPEG-TS of ${file} with the times of the file`, async () => {
    const presentation = await openTestdata([file]);
    try {
      const [video, audio] = ["video", "audio"].map((type) =>
        [...presentation.renditions.values()].find((one) => one.type === type) as MediaRendition
      ) as [MediaRendition, MediaRendition];
      const segments: Uint8Array[] = [];
      for (let i = 0; i < countSegments(video.timeline); i++) {
        segments.push(
          await readPlan(
            planTsSegment(presentation, video, { index: i, protection: CLEAR }),
            new Uint8Array(0),
          ),
        );
      }
      const found = demultiplexed(segments);
      const videoPackets = found.filter(({ type }) => type === "video");
      const { samples } = await sourceSamples(video);
      assertEquals(videoPackets.length, samples.length);
      for (const [i, { pts }] of videoPackets.entries()) {
        assertTime(pts, samples[i]!.time.presentationTime, `frame ${i}`);
      }
      const audioPackets = found.filter(({ type }) => type === "audio");
      assertTime(
        audioPackets[0]!.pts,
        (await sourceSamples(audio)).samples[0]!.time.presentationTime,
        "audio",
      );
    } finally {
      presentation.close();
    }
  });
}
