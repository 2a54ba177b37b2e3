/** Texts that cost a careless parser time or memory out of proportion to their size. */

export interface SubtitleAttack {
  readonly trait: string;
  /** Determines the format. */
  readonly file: string;
  /** @param size characters, roughly */
  readonly build: (size: number) => string;
}

const TIMES = "00:00:01.000 --> 00:00:02.000";

function repeat(text: string, size: number): string {
  return text.repeat(Math.ceil(size / text.length));
}

/** Concatenates what `make()` returns until it reaches the size. */
function many(make: (i: number) => string, size: number): string {
  const parts: string[] = [];
  for (let [i, length] = [0, 0]; length < size; i++) {
    length += parts[parts.push(make(i)) - 1]!.length;
  }
  return parts.join("");
}

type Traits = Record<string, (size: number) => string>;

function toAttacks(file: string, traits: Traits, wrap = (text: string) => text): SubtitleAttack[] {
  return Object.entries(traits).map(([trait, build]) => ({
    trait,
    file,
    build: (size) => wrap(build(size)),
  }));
}

/** Fills cues of 60,000 characters, nearly the largest. */
function inCues(make: (size: number) => string, separator: string): (size: number) => string {
  return (size) => {
    const parts: string[] = [];
    for (let left = size; left > 0; left -= 60_000) parts.push(make(Math.min(left, 60_000)));
    return parts.map((text) => `${separator}${TIMES}\n${text}`).join("\n\n");
  };
}

function mapTraits(traits: Traits, map: (build: Traits[string]) => Traits[string]): Traits {
  return Object.fromEntries(Object.entries(traits).map(([trait, make]) => [trait, map(make)]));
}

/** Contents of WebVTT blocks. */
const SHEETS: Traits = {
  "a style sheet without braces": (size) => repeat("a", size),
  "a style sheet of opening braces": (size) => repeat("a{", size),
  "comments that are not closed": (size) => repeat("/*", size),
  "blanks after a declaration": (size) => `::cue { color: red${" ".repeat(size)}x }`,
  "many declarations": (size) => `::cue { ${repeat("color:red;", size)} }`,
  "many selectors": (size) => `${repeat("::cue(b),", size)}::cue { color: red }`,
  "selectors of many classes": (size) => `::cue(${many((i) => `.c${i}`, size)}) { color: red }`,
  "blanks in a selector": (size) => `::cue(${" ".repeat(size)}!) { color: red }`,
  "many rules": (size) => repeat("::cue(.a) { color: red }", size),
};

/** Cue text of WebVTT and SubRip. */
const CUE_TEXTS: Traits = {
  "open angle brackets": (size) => repeat("<", size),
  "open tags": (size) => repeat("<b>", size),
  "open tags with text": (size) => repeat("<b>a", size),
  "open tags of two names with text": (size) => repeat("<b>a<i>a", size),
  "tags of many classes": (size) => `<c${many((i) => `.c${i}`, size)}>a</c>`,
  "alternating tags": (size) => repeat("<b>a</b><i>a</i>", size),
  "blanks in a tag": (size) => `<b${" ".repeat(size)}`,
  "attributes in a tag": (size) => `<b${repeat(' a="b"', size)}`,
  "many fonts": (size) => repeat('<font color="#123456">a', size),
  "one long font": (size) => `<font ${repeat("color ", size)}>a</font>`,
  "comments that are not closed": (size) => repeat("<!--", size),
  "ampersands": (size) => repeat("&", size),
  "a long reference": (size) => `&${repeat("a", size)}`,
  "a long number of a reference": (size) => `&#${repeat("1", size)};`,
  "blanks": (size) => `a${" ".repeat(size)}a`,
  "lines": (size) => repeat("a\n", size),
  "nested tags over many lines": (size) => `${"<b>".repeat(32)}${repeat("a\n\u05d0\n", size)}`,
  "a long language over many lines": (size) =>
    `<lang ${repeat("a", size / 2)}>${repeat("a\n\u05d0\n", size / 2)}`,
  "codes of SubStation Alpha": (size) => repeat("{\\b1}a", size),
  "colours of SubStation Alpha": (size) => repeat("{\\c&H123456&}a", size),
  "codes that are not closed": (size) => repeat("{\\", size),
  "a long code": (size) => `{${repeat("\\b1", size)}}a`,
  "image URLs": (size) => `${repeat(".jpg?#xywh=a", size)} a`,
};

const WEBVTT: Traits = {
  "many cues": (size) =>
    many((i) => `00:${two(i / 60)}:${two(i)}.000 --> 00:59:59.999\na\n\n`, size),
  "many cues without text": (size) => repeat(`${TIMES}\n\n`, size),
  "many comments": (size) => repeat("NOTE\n\n", size),
  "many style blocks": (size) => repeat("STYLE\n::cue(b) {}\n\n", size),
  "many regions": (size) => many((i) => `REGION\nid:r${i}\n\n`, size),
  "blanks before an arrow": (size) => `${" ".repeat(size)}-->\na`,
  "digits before an arrow": (size) => `${repeat("1", size)} -->\na`,
  "blanks in settings": (size) => `${TIMES} a${" ".repeat(size)}b\na`,
  "a long setting": (size) => `${TIMES} line:${repeat("1", size)}\na`,
  "an unreadable arrow in each line": (size) => repeat("-->\n", size),
};

const HEADERS: Traits = {
  "a language of blanks": (size) => `language:${" ".repeat(size)}!`,
  "many languages": (size) => repeat("language: \n", size),
  "many time maps": (size) => repeat("X-TIMESTAMP-MAP=\n", size),
};

const SUBRIP: Traits = {
  "many cues": (size) => repeat("1\n00:00:01,000 --> 00:00:02,000\na\n\n", size),
  "blanks before the first cue": (size) => `1${" ".repeat(size)}x\n${TIMES}\na`,
  "lines of blanks in a cue": (size) => `${TIMES}\na\n${repeat(" \n", size)}`,
  "carriage returns": (size) => `${TIMES}\na\n${repeat("\r", size)}`,
  "numbers": (size) => `${TIMES}\na\n${repeat("1\n", size)}`,
};

function two(value: number): string {
  return String(Math.floor(value) % 60).padStart(2, "0");
}

const P = '<p begin="1s" end="2s">';

/** Bodies of TTML. */
const BODIES: Traits = {
  "many paragraphs": (size) => repeat(`${P}a</p>`, size),
  "empty elements": (size) => repeat("<p/>", size),
  "one long paragraph": (size) => `${P}${repeat("a", size)}</p>`,
  "many spans": (size) => `${P}${repeat("<span>a</span>", size)}</p>`,
  "many empty groups and changes": (size) =>
    `<p begin="1s" end="9999s">${repeat('<span tts:ruby="container"/>', size / 2)}` +
    many((i) => `<span begin="${i}ms">a</span>`, size / 2) + "</p>",
  "spans that change": (size) =>
    `<p begin="1s" end="9999s">${many((i) => `<span begin="${i}ms">a</span>`, size)}</p>`,
  "long text and spans that change": (size) =>
    `<p begin="1s" end="9999s">${repeat("a", size / 2)}` +
    many((i) => `<span begin="${i}ms">a</span>`, size / 2) + "</p>",
  "blanks that are preserved": (size) =>
    `<p xml:space="preserve" begin="1s" end="2s">a${" ".repeat(size)}a</p>`,
  "blank lines that are preserved": (size) =>
    `<p xml:space="preserve" begin="1s" end="2s">a${repeat(" \n", size)}a</p>`,
  "many languages": (size) => many((i) => `<p xml:lang="x-a${i}" begin="1s" end="2s">a</p>`, size),
  "a long language": (size) =>
    `<div xml:lang="${repeat("a", size / 2)}">${repeat(`${P}a</p>`, size / 2)}</div>`,
  "a long colour": (size) =>
    `<div tts:color="${repeat("a", size / 2)}">${repeat(`${P}a</p>`, size / 2)}</div>`,
  "a long namespace": (size) =>
    `<div xmlns:a="${repeat("a", size / 2)}">${repeat("<a:b/>", size / 2)}</div>`,
  "spaces in times": (size) => `<p begin="${" ".repeat(size)}1s" end="2s">a</p>`,
  "long frames": (size) => `<p begin="00:00:00:${repeat("1", size)}" end="2s">a</p>`,
  "nested sequences": (size) =>
    `${'<div timeContainer="seq">'.repeat(20)}${repeat("<p>a</p>", size)}${"</div>".repeat(20)}`,
  "nested spans": (size) =>
    `${P}${"<span>".repeat(80)}${repeat("<br/>a", size)}${"</span>".repeat(80)}</p>`,
  "open elements": (size) => repeat("<p>", size),
  "attributes": (size) => `<p ${repeat("a ", size)}>`,
  "blanks in a tag": (size) => `<p${" ".repeat(size)}a${" ".repeat(size)}`,
  "references": (size) => `${P}${repeat("&", size)}</p>`,
};

/** Definitions in the head of TTML. */
const HEADS: Traits = {
  "chained styles": (size) =>
    many((i) => `<style xml:id="s${i}" style="s${i + 1}" tts:color="red"/>`, size),
  "chained styles, last first": (size) =>
    many((i) => `<style xml:id="s${i}" style="s${i - 1}" tts:color="red"/>`, size),
  "many styles of many attributes": (size) =>
    `<style xml:id="z" ${
      many((i) => `tts:a${i}=""`, Math.min(size / 2, 900)).replaceAll('"t', '" t')
    }/>` +
    many((i) => `<style xml:id="s${i}" style="z" tts:b=""/>`, size / 2),
  "a long list of styles": (size) => `<style xml:id="a" style="${repeat("b ", size)}"/>`,
};

function toTtml(body: string, styling = ""): string {
  return '<tt xmlns="http://www.w3.org/ns/ttml" xmlns:tts="http://www.w3.org/ns/ttml#styling">' +
    `<head><styling>${styling}</styling></head><body><div>${body}</div></body></tt>`;
}

/** Whole documents of TTML. */
const DOCUMENTS: Traits = {
  "a document type that is not closed": (size) => `<!DOCTYPE ${repeat("a", size)}`,
  "quotes in a document type": (size) => `<!DOCTYPE ${repeat('""', size)}`,
  "blanks before the declaration": (size) => `${" ".repeat(size)}<?xml encoding`,
  "a long encoding": (size) => `<?xml ${repeat("encoding ", size)}?>${toTtml("")}`,
  "lines": (size) => toTtml(repeat("\n<p/>", size)),
};

const inWebvtt = (text: string) => `WEBVTT\n\n${text}`;

export const SUBTITLE_ATTACKS: readonly SubtitleAttack[] = [
  ...toAttacks("a.vtt", SHEETS, (text) => `WEBVTT\n\nSTYLE\n${text}\n\n${TIMES}\na <b>b</b>\n`),
  ...toAttacks("a.vtt", mapTraits(CUE_TEXTS, (make) => inCues(make, "")), inWebvtt),
  ...toAttacks("a.vtt", WEBVTT, inWebvtt),
  ...toAttacks("a.vtt", HEADERS, (text) => `WEBVTT\n${text}\n\n${TIMES}\na\n`),
  ...toAttacks("a.srt", mapTraits(CUE_TEXTS, (make) => inCues(make, "1\n"))),
  ...toAttacks("a.srt", SUBRIP),
  ...toAttacks("a.ttml", BODIES, (text) => toTtml(text)),
  ...toAttacks("a.ttml", HEADS, (text) => toTtml(`<p style="s0" begin="1s" end="2s">a</p>`, text)),
  ...toAttacks("a.ttml", DOCUMENTS),
];

const MANY = 200_000;

/** Files of which careless code puts each part on the stack, and the error that rejects one; "" if it plays. */
export const DEEP_SUBTITLES: readonly [trait: string, file: string, text: string, error: string][] =
  [
    ["200,000 cues", "cues.vtt", inWebvtt(`${TIMES}\na\n\n`.repeat(MANY)), ""],
    ["200,000 cues", "cues.srt", `${TIMES}\na\n\n`.repeat(MANY), ""],
    ["200,000 cues", "cues.ttml", toTtml(`${P}a</p>`.repeat(MANY)), ""],
    ["a cue of 30,000 lines", "lines.vtt", inWebvtt(`${TIMES}\n${"a\n".repeat(30_000)}`), ""],
    ["20,000 open tags", "tags.vtt", inWebvtt(`${TIMES}\n${"<b>".repeat(20_000)}a`), ""],
    ["20,000 open tags", "tags.srt", `${TIMES}\n${"<b>".repeat(20_000)}a`, ""],
    ["130,000 open tags", "tags.srt", `${TIMES}\n${"<b>".repeat(130_000)}a`, ""],
    [
      "6,000 chained styles",
      "styles.ttml",
      toTtml(`${P.replace("<p", '<p style="s0"')}a</p>`, HEADS["chained styles"]!(240_000)),
      "Cannot read TTML: more than 32 styles refer to each other in turn",
    ],
  ];
