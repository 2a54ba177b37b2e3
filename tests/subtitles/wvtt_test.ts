import { assertEquals, assertThrows } from "@std/assert";
import { ByteReader, ByteWriter } from "../../lib/bytes.ts";
import { MediaError } from "../../lib/errors.ts";
import { readStsd } from "../../lib/mp4/sample_entry.ts";
import { readWvttSample, vttc as writeVttc, vtte, wvttEntry } from "../../lib/subtitles/wvtt.ts";
import { concat, stsd } from "../mp4/movie_file.ts";
import { vttc, VTTE } from "../subtitle_movie.ts";

const NOTHING = { id: "", settings: "", source: undefined };

Deno.test("readWvttSample() reads cues, their ids, settings and sources", () => {
  const bytes = concat(vttc("a\nb", { id: "x", settings: "line:0", source: 7 }), VTTE, vttc("c"));
  assertEquals(readWvttSample(bytes), [
    { id: "x", settings: "line:0", text: "a\nb", source: 7 },
    { ...NOTHING, text: "c" },
  ]);
});

Deno.test("readWvttSample() removes what would end a cue in a file", () => {
  assertEquals(readWvttSample(vttc("a\r\n\r\nb --> c\0", { settings: "line:0\nx-->" })), [
    { ...NOTHING, settings: "line:0 x->", text: "a\nb --&gt; c" },
  ]);
});

Deno.test("readWvttSample() names the invalid box", () => {
  const broken = vttc("abc");
  broken[11] = 200;
  assertThrows(() => readWvttSample(broken), MediaError, "vttc/payl: Cannot read 192 bytes");
});

Deno.test("vttc() and vtte() write what readWvttSample() reads", () => {
  const w = new ByteWriter();
  const cue = { id: "x", settings: "line:0", text: "a\nb", source: 7 };
  writeVttc(w, cue, "00:00:01.000");
  vtte(w);
  assertEquals(readWvttSample(w.finish()), [cue]);
});

Deno.test("wvttEntry() writes a sample entry with its configuration", () => {
  const bytes = stsd(wvttEntry("WEBVTT\n\nSTYLE\n::cue {}")).subarray(8);
  const [entry] = readStsd(new ByteReader(bytes), "text");
  assertEquals(entry!.type, "wvtt");
  assertEquals(new TextDecoder().decode(entry!.boxes.get("vttC")), "WEBVTT\n\nSTYLE\n::cue {}");
});
