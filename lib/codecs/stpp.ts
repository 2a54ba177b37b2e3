/** TTML and IMSC1 in MP4 (ISO/IEC 14496-30 §5; CMAF 23000-19 §11). */

import { CueMerger } from "../subtitles/cue_merger.ts";
import { readStppEntry, readStppSample } from "../subtitles/stpp.ts";
import { TtmlReader } from "../subtitles/ttml/reader.ts";
import type { Webvtt } from "../subtitles/webvtt.ts";
import type { SubtitleCodec } from "./subtitle_codec.ts";

const TTML = "http://www.w3.org/ns/ttml";

export const stpp: SubtitleCodec = {
  entries: ["stpp"],
  name: "TTML in MP4",

  /** Images outside of the document need `subs`, which AMS does not write. */
  findUnsupported(entry) {
    const { mimeTypes, profile } = readStppEntry(entry);
    const images = mimeTypes.some((type) => type.startsWith("image/")) || /im[12]i/.test(profile);
    return images ? "its subtitles are images" : undefined;
  },

  decode(entry, samples) {
    const { namespaces, profile } = readStppEntry(entry);
    const reader = new TtmlReader();
    const merger = new CueMerger();
    let [language, documentProfile, hasImages, forced] = ["", "", false, true];
    for (const sample of samples) {
      const { ttml, cues } = readStppSample(sample, reader);
      merger.add(sample, cues);
      language ||= ttml.language;
      documentProfile ||= ttml.profile;
      hasImages ||= ttml.hasImages;
      if (cues.length > 0) forced &&= ttml.forced;
    }
    const webvtt: Webvtt = {
      header: "",
      blocks: reader.classes.toBlocks(),
      cues: merger.cues(),
      warnings: [...reader.warnings.list, ...merger.warnings],
    };
    const isTtml = namespaces.some((namespace) => namespace.startsWith(TTML)) ||
      documentProfile !== "";
    const codec = [
      "stpp",
      ...isTtml && (profile || documentProfile) ? ["ttml", profile || documentProfile] : [],
    ].join(".");
    return { webvtt, language, forced: forced && webvtt.cues.length > 0, codec, hasImages };
  },
};
