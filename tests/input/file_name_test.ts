import { assertEquals } from "@std/assert";
import { parseFileName, splitFileName } from "../../lib/input/file_name.ts";

const names: [file: string, language: string, ...flags: string[]][] = [
  ["film.vtt", ""],
  ["film.fr.vtt", "fr"],
  ["film.fra.ttml", "fr"],
  ["film.fre.srt", "fr"],
  ["film.FR.srt", "fr"],
  ["directory.fr/film.vtt", ""],
  ["directory/film.fr.vtt", "fr"],
  ["C:\\films\\film.fr.vtt", "fr"],
  ["film.fil.vtt", "fil"],
  ["film.yue.vtt", "yue"],
  ["film.ckb.vtt", "ckb"],
  ["film.gom.vtt", "gom"],
  ["film.kri.vtt", "kri"],
  ["film.pt-BR.srt", "pt-BR"],
  ["film.pt_BR.vtt", "pt-BR"],
  ["film.pt-br.vtt", "pt-BR"],
  ["film.es-419.vtt", "es-419"],
  ["film.zh-Hant.vtt", "zh-Hant"],
  ["film.zh_Hans_CN.vtt", "zh-Hans-CN"],
  ["film.sr-Latn.vtt", "sr-Latn"],
  ["film.ca-valencia.vtt", "ca-valencia"],
  ["film.und.vtt", "und"],
  ["film.fr.forced.vtt", "fr", "forced"],
  ["film.fr.foreign.vtt", "fr", "forced"],
  ["film.de.sdh.vtt", "de", "caption"],
  ["film.it.cc.vtt", "it", "caption"],
  ["film.it.CC.vtt", "it", "caption"],
  ["film.nl.default.vtt", "nl", "default"],
  ["film.en.hi.vtt", "en", "caption"],
  ["film.eng.HI.srt", "en", "caption"],
  ["film.pt-BR.hi.srt", "pt-BR", "caption"],
  ["film.hi.vtt", "hi"],
  ["film.hi.sdh.vtt", "hi", "caption"],
  ["film.hi.hi.vtt", "hi", "caption"],
  ["film.hi.forced.vtt", "hi", "forced"],
  ["film.en.default.forced.ass.vtt", ""],
  ["film.en.forced.default.vtt", "en", "forced", "default"],
  ["film.en.sdh.forced.vtt", "en", "forced"],
  ["Film.default.en.forced.srt", "en", "forced", "default"],
  ["Film.forced.en.srt", "en", "forced"],
  ["film.sdh.vtt", "", "caption"],
  ["film.forced.vtt", "", "forced"],
  ["forced.vtt", ""],
  ["Say.hi.en.vtt", "en"],
  ["film.en-forced.srt", "en", "forced"],
  ["film.en_sdh.srt", "en", "caption"],
  ["Film [dQw4w9WgXcQ].en-orig.vtt", "en"],
  ["Film [dQw4w9WgXcQ].en-eEY6OEpapPo.vtt", "en"],
  ["Film [dQw4w9WgXcQ].zh-Hans-en.vtt", "zh-Hans"],
  ["Film (2020).German.srt", "de"],
  ["Film (2020).english.forced.srt", "en", "forced"],
  ["film.Brazilian Portuguese.srt", "pt-BR"],
  ["film.Chinese (Simplified).srt", "zh-Hans"],
  ["film.pob.srt", "pt-BR"],
  ["film.chs.srt", "zh-Hans"],
  ["film.en.commentary.m4a", "en", "commentary"],
  ["film.commentary.en.m4a", "en", "commentary"],
  ["film.en.ad.m4a", "en", "description"],
  ["film.1080p.srt", ""],
  ["film.2020.srt", ""],
  ["film.x264-GROUP.srt", ""],
  ["film.mov.vtt", ""],
  ["the.final.cut.vtt", ""],
  ["Let.It.Be.srt", ""],
  ["film.xyz.vtt", ""],
  ["film.english-language.vtt", ""],
  [".fr", ""],
  ["fr.vtt", ""],
  ["", ""],
];

for (const [file, language, ...flags] of names) {
  Deno.test(`parseFileName() of ${JSON.stringify(file)} finds ${[`"${language}"`, ...flags]}`, () => {
    const tags = parseFileName(file);
    const found = [...tags.role ? [tags.role] : [], ...tags.isDefault ? ["default"] : []];
    assertEquals([tags.language, ...found], [language, ...flags]);
  });
}

const stems: [file: string, stem: string][] = [
  ["film.vtt", "film"],
  ["directory/film.fr.vtt", "film"],
  ["film.pt_BR.forced.srt", "film"],
  ["film.en-forced.srt", "film"],
  ["film.forced.en.srt", "film"],
  ["film.sdh.vtt", "film"],
  ["film.hi.hi.vtt", "film"],
  ["film.x-forced.vtt", "film.x-forced"],
  ["the.final.cut.vtt", "the.final.cut"],
  ["Say.hi.en.vtt", "Say.hi"],
  ["film.en.fr.vtt", "film.en"],
  ["forced.vtt", "forced"],
  ["film", "film"],
  ["", ""],
];

for (const [file, stem] of stems) {
  Deno.test(`splitFileName() of ${JSON.stringify(file)} leaves ${stem}`, () => {
    assertEquals(splitFileName(file).stem, stem);
  });
}
