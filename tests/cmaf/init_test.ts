import { assert, assertEquals } from "@std/assert";
import { buildStppInit, buildWvttInit } from "../../lib/cmaf/init.ts";
import { listBoxes, openSubtitleFile } from "./box_list.ts";

Deno.test("buildWvttInit() writes a text track with the header of the file", async () => {
  const rendition = await openSubtitleFile(
    "a.vtt",
    new TextEncoder().encode(
      "WEBVTT x\n\nNOTE no\n\nSTYLE\n::cue {}\n\n00:00.000 --> 00:01.000\na",
    ),
  );
  const init = buildWvttInit(rendition);
  assertEquals(listBoxes(init), [
    "ftyp",
    "moov(mvhd trak(tkhd mdia(mdhd hdlr minf(nmhd dinf stbl))) mvex)",
  ]);
  const text = new TextDecoder("latin1").decode(init);
  assert(text.includes("text\0\0\0\0") && text.includes("vttCWEBVTT x\n\nSTYLE\n::cue {}"), text);
  assert(!text.includes("NOTE"), text);
});

Deno.test("buildStppInit() writes a subtitle track with the file's own sample entry", async () => {
  const { stpp } = await openSubtitleFile("stpp.mp4");
  const init = buildStppInit(stpp!, "pt-BR");
  assertEquals(listBoxes(init), [
    "ftyp",
    "moov(mvhd trak(tkhd mdia(mdhd hdlr elng minf(sthd dinf stbl))) mvex)",
  ]);
  const text = new TextDecoder("latin1").decode(init);
  assert(text.includes("subt\0\0\0\0") && text.includes("codecs=im1t"), text);
});
