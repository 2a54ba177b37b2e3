/** What a segmenter and a recorder write, whatever encoders push, agrees with itself. */

import { assertEquals } from "@std/assert";
import { toIngestError } from "../../lib/live/ingest_error.ts";
import { checkArchive } from "../../lib/verify/archive/archive_check.ts";
import { Findings } from "../../lib/verify/findings.ts";
import { concat } from "../mp4/movie_file.ts";
import { Prng } from "../robustness/prng.ts";
import { NOW } from "./channel.ts";
import { Encoder } from "./encoder.ts";
import { RecordedTestChannel } from "./recorded_pushes.ts";

function verify({ files }: RecordedTestChannel): string[] {
  const findings = new Findings();
  checkArchive(files, { findings, watch() {} });
  return findings.list().map(({ block, rendition, rule, message }) =>
    `${block} ${rendition}: ${rule}: ${message}`
  );
}

Deno.test("archives are verified of fragments that are lost, repeated or late, and requests that break off", () => {
  for (let run = 0; run < 20; run++) {
    const prng = new Prng(`verified ${run}`);
    const profile = prng.pick(["frag", "cmaf", "ismv"] as const);
    const encoder = new Encoder({ profile, start: prng.below(2) * NOW });
    const channel = new RecordedTestChannel({ segmentDuration: 1 + prng.below(4) });
    let request = channel.open().push(encoder.init);
    for (let gop = 0; gop < 30; gop++) {
      channel.wait(prng.below(8) / 4);
      const fate = gop < 2 ? 9 : prng.below(10);
      if (fate > 0) request.push(encoder.fragment(gop));
      if (fate === 1) request.push(encoder.fragment(gop - 1));
      if (fate === 2) request.push(encoder.fragment(gop));
      if (fate !== 3) continue;
      request.abort();
      request = channel.open().push(encoder.init);
    }
    request.push(encoder.end).finish();
    assertEquals(verify(channel), [], `run ${run}`);
  }
});

/** Times that a damaged fragment states are stored as they are. */
const DAMAGED_TIME = /: decode time: record [0-9]+ has /;

Deno.test("archives are verified of damaged fragments", () => {
  const encoders = [
    new Encoder({ gop: 4, profile: "ismv" }),
    new Encoder({ gop: 7, profile: "cmaf", start: NOW }),
  ];
  for (let run = 0; run < 150; run++) {
    const prng = new Prng(`damaged archive ${run}`);
    const channel = new RecordedTestChannel();
    const encoder = prng.pick(encoders);
    for (let part = 0; part < 4; part++) {
      const request = channel.open();
      const body = concat(encoder.init, encoder.fragment(part), encoder.fragment(part + 1));
      for (let n = prng.below(6); n > 0; n--) body[prng.below(body.length)] = prng.below(256);
      try {
        request.push(body).finish();
      } catch (error) {
        if (toIngestError(error).code === "INTERNAL") throw error;
        request.abort();
      }
      channel.wait(prng.below(12) / 4);
    }
    channel.take(channel.segmenter.stop());
    assertEquals(verify(channel).filter((it) => !DAMAGED_TIME.test(it)), [], `run ${run}`);
  }
});
