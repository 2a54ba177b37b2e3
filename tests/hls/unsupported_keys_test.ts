import { assertEquals, assertThrows } from "@std/assert";
import { KeysError, RequestError } from "../../lib/errors.ts";
import { buildIframePlaylist } from "../../lib/hls/iframe_playlist.ts";
import {
  checkProtection,
  describeOmittedSystems,
  explainUnsupportedInHls,
} from "../../lib/hls/keys.ts";
import type { SegmentFormat } from "../../lib/hls/m3u8.ts";
import { buildMediaPlaylist } from "../../lib/hls/media_playlist.ts";
import { buildMultivariantPlaylist } from "../../lib/hls/multivariant_playlist.ts";
import { SEGMENT_FORMATS } from "../playlists.ts";
import { type ProtectionOptions } from "../protected_presentations.ts";
import { findMedia, openProtectedLadder } from "./protected_ladder.ts";
import { openTestdata } from "../sample_presentations.ts";

const UNSUPPORTED: [options: ProtectionOptions, format: SegmentFormat, reason: string][] = [
  [{ scheme: "cbcs" }, "ts", "it is protected with cbcs, which MPEG-TS does not support"],
  [{ scheme: "cenc" }, "ts", "it is protected with cenc, which MPEG-TS does not support"],
  [
    { scheme: "cenc", systems: ["fairplay"] },
    "fmp4",
    "it is protected with cenc, for which none of its DRM systems has an EXT-X-KEY: fairplay",
  ],
  [
    { scheme: "cbcs", systems: [] },
    "fmp4",
    "it is protected with cbcs, without a DRM system that has an EXT-X-KEY",
  ],
];

for (const [options, format, reason] of UNSUPPORTED) {
  Deno.test(`checkProtection() rejects ${options.scheme} of ${options.systems ?? "all"} in ${format}`, async () => {
    const presentation = await openProtectedLadder(options);
    assertEquals(explainUnsupportedInHls(presentation, format), reason);
    const builders = [
      () => checkProtection(presentation, format),
      () => buildMultivariantPlaylist(presentation, format),
      () => buildIframePlaylist(presentation, findMedia(presentation, "video"), format),
      ...["video", "audio", "text", "image"].map((type) => () =>
        buildMediaPlaylist(presentation, findMedia(presentation, type), format)
      ),
    ];
    for (const build of builders) {
      const error = assertThrows(build, RequestError, `Cannot build an HLS playlist: ${reason}`);
      assertEquals(error.code, "NOT_FOUND");
    }
  });
}

Deno.test("checkProtection() accepts clear presentations, and protected ones with a line", async () => {
  const clear = await openTestdata(["ladder-aac-eng.mp4"]);
  clear.close();
  for (const format of SEGMENT_FORMATS) checkProtection(clear, format);
  const files = ["ladder-aac-eng.mp4"];
  checkProtection(
    await openProtectedLadder({ scheme: "cbcs", systems: ["fairplay"] }, files),
    "fmp4",
  );
  const served = await openProtectedLadder({ scheme: "aes-128", servesKeys: true }, files);
  for (const format of SEGMENT_FORMATS) checkProtection(served, format);
});

Deno.test("playlists in aes-128 are an error of the operator if players cannot get the key", async () => {
  const presentation = await openProtectedLadder({ scheme: "aes-128" });
  const reason = "players cannot get the key, expected --serve-keys or licences.aes-128";
  for (const format of SEGMENT_FORMATS) {
    const video = findMedia(presentation, "video");
    const builders = [
      () => buildMultivariantPlaylist(presentation, format),
      ...["video", "audio", "text", "image"].map((type) => () =>
        buildMediaPlaylist(presentation, findMedia(presentation, type), format)
      ),
      () => buildIframePlaylist(presentation, video, format),
    ];
    for (const build of builders) {
      assertEquals(assertThrows(build, KeysError, reason).code, "KEYS_INVALID");
    }
  }
});

Deno.test("describeOmittedSystems() names FairPlay with cenc", async () => {
  const warning = "HLS omits fairplay, which supports cbcs only";
  const describe = async (options: ProtectionOptions) =>
    describeOmittedSystems(await openProtectedLadder(options, ["ladder-aac-eng.mp4"]));
  assertEquals(await describe({ scheme: "cenc" }), warning);
  assertEquals(await describe({ scheme: "cenc", systems: ["widevine"] }), "");
  assertEquals(await describe({ scheme: "cbcs" }), "");
  assertEquals(describeOmittedSystems({}), "");
});
