/** Compares the init segment at the start of a track's file with what `block.json` declares. */

import type { BlockTrack } from "../../archive/block.ts";
import { readInit } from "../checks/init.ts";
import type { Report } from "../findings.ts";

/** @throws MediaError if it cannot be read */
export function checkStoredInit(
  bytes: Uint8Array,
  { type, timescale, mediaTime, initBytes }: BlockTrack,
  report: Report,
): void {
  const { boxTypes, brands, moov } = readInit(bytes);
  if (bytes.length < initBytes) {
    report("file size", `the file ends after ${bytes.length} of ${initBytes} bytes of the init`);
  }
  if (boxTypes.join(" ") !== "ftyp moov") {
    report("init", `got ${boxTypes.join(" ")}, expected ftyp moov`);
  }
  if (!brands.includes("cmfc")) report("init", "the brand cmfc is missing");
  const [track, ...more] = moov.tracks;
  if (!track || more.length > 0) {
    return report("init", `got ${moov.tracks.length} tracks, expected 1`);
  }
  const handler = type === "audio" ? "soun" : "vide";
  if (track.handler !== handler) {
    report("init", `got handler ${track.handler}, expected ${handler}`);
  }
  if (track.timescale !== timescale) {
    report("timescale", `got ${track.timescale}, expected ${timescale}`);
  }
  const edits = track.edits.map(({ mediaTime, duration, rate }) => [mediaTime, duration, rate]);
  const expected = mediaTime > 0 ? [[mediaTime, 0, 1]] : [];
  if (JSON.stringify(edits) !== JSON.stringify(expected)) {
    report("edit", `got ${JSON.stringify(edits)}, expected media time ${mediaTime}`);
  }
}
