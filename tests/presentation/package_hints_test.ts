import { assertEquals } from "@std/assert";
import type { PackageTrack } from "../../lib/package/package.ts";
import { getHints, warnHintDifferences } from "../../lib/presentation/package_hints.ts";
import type { MediaRendition } from "../../lib/presentation/presentation.ts";
import { toPackage } from "../../lib/presentation/to_package.ts";
import { openProtected } from "../protected_presentations.ts";
import { openTestdata } from "../sample_presentations.ts";

Deno.test("warnHintDifferences() names each hint that differs from the file", async () => {
  const presentation = await openTestdata(["ladder-avc-240p.mp4", "ladder-vtt-eng.vtt"]);
  const pack = toPackage(presentation);
  presentation.close();
  assertEquals(warnHintDifferences(pack, presentation), []);
  const tracks = pack.tracks.map((track): PackageTrack => ({ ...track, width: 1, codec: "avc1" }));
  const [video] = presentation.renditions.values();
  assertEquals(video!.type !== "text" && Object.keys(getHints(video!)), [
    ...["codec", "bandwidth", "averageBandwidth", "width", "height", "frameRate"],
  ]);
  const { name } = video!;
  assertEquals(warnHintDifferences({ ...pack, tracks }, presentation), [
    `ladder-avc-240p.mp4: the package declares codec "avc1" for ${name}, but the file has "avc1.640015"`,
    `ladder-avc-240p.mp4: the package declares width 1 for ${name}, but the file has 426`,
  ]);
});

Deno.test("warnHintDifferences() accepts bandwidths of clear segments for a protected presentation", async () => {
  const inputs = ["ladder-avc-240p.mp4", "ladder-aac-eng.mp4"];
  const clear = await openTestdata(inputs);
  const pack = toPackage(clear);
  clear.close();
  const presentation = await openProtected(inputs, { scheme: "cbcs" });
  presentation.close();
  assertEquals(warnHintDifferences(pack, presentation), []);
});

Deno.test("warnHintDifferences() accepts the former codec of MPEG-2 AAC", async () => {
  const presentation = await openTestdata(["tone-aac-mpeg2.mp4"]);
  const { tracks: [track], ...pack } = toPackage(presentation);
  presentation.close();
  const former = { ...pack, tracks: [{ ...track!, codec: "mp4a.67" }] };
  assertEquals(track!.codec, "mp4a.40.2");
  assertEquals(warnHintDifferences(former, presentation), []);
});

Deno.test("getHints() omits sizes and rates that no package can declare", async () => {
  const presentation = await openTestdata(["ladder-avc-240p.mp4", "tone-aac-mono.m4a"]);
  presentation.close();
  const hints = [...presentation.renditions.values()].map((rendition) => {
    const { description } = rendition as MediaRendition;
    const empty = { width: 0, height: 0.5, channels: 0, sampleRate: 44100.5 };
    const changed = { ...description, ...empty } as MediaRendition["description"];
    return Object.keys(getHints({ ...rendition as MediaRendition, description: changed }));
  });
  assertEquals(hints, [
    ["codec", "bandwidth", "averageBandwidth", "frameRate"],
    ["codec", "bandwidth", "averageBandwidth"],
  ]);
});
