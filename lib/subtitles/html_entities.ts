/** Named and numeric character references (HTML 4 §24; WebVTT §6.4 refers to those of HTML). */

/** U+00A0 to U+00FF, in order. */
const LATIN_1 =
  `nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn
  sup2 sup3 acute micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml
  Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times
  Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute
  ecirc euml igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml
  yacute thorn yuml`.split(/\s+/);

/** Alternately a name and its code point. */
const OTHERS =
  `quot 22 amp 26 apos 27 lt 3C gt 3E OElig 152 oelig 153 Scaron 160 scaron 161 Yuml 178 fnof 192
  circ 2C6 tilde 2DC ensp 2002 emsp 2003 thinsp 2009 zwnj 200C zwj 200D lrm 200E rlm 200F ndash 2013 mdash 2014
  lsquo 2018 rsquo 2019 sbquo 201A ldquo 201C rdquo 201D bdquo 201E dagger 2020 Dagger 2021 bull 2022 hellip 2026
  permil 2030 prime 2032 Prime 2033 lsaquo 2039 rsaquo 203A oline 203E frasl 2044 euro 20AC image 2111 trade 2122
  larr 2190 uarr 2191 rarr 2192 darr 2193 harr 2194 minus 2212 infin 221E asymp 2248 ne 2260 le 2264 ge 2265
  loz 25CA spades 2660 clubs 2663 hearts 2665 diams 2666 sung 266A flat 266D natural 266E sharp 266F
  Alpha 391 Beta 392 Gamma 393 Delta 394 Theta 398 Lambda 39B Pi 3A0 Sigma 3A3 Phi 3A6 Psi 3A8 Omega 3A9 alpha 3B1
  beta 3B2 gamma 3B3 delta 3B4 epsilon 3B5 theta 3B8 lambda 3BB mu 3BC pi 3C0 sigma 3C3 phi 3C6 psi 3C8 omega 3C9`
    .split(/\s+/);

const ENTITIES = new Map<string, string>([
  ...LATIN_1.map((name, i) => [name, String.fromCodePoint(0xA0 + i)] as const),
  ...OTHERS.flatMap((name, i) =>
    i % 2 === 0 ? [[name, String.fromCodePoint(parseInt(OTHERS[i + 1]!, 16))] as const] : []
  ),
]);

/** Leaves unknown names unchanged. */
export function decodeReferences(text: string): string {
  if (!text.includes("&")) return text;
  return text.replace(/&(?:(\w+)|#(\d+)|#x([0-9a-f]+));/gi, (all, name, decimal, hex) => {
    if (name) return ENTITIES.get(name) ?? all;
    const code = decimal ? Number(decimal) : parseInt(hex, 16);
    return code <= 0x10FFFF ? fromCode(code) : all;
  });
}

const WINDOWS_1252 = new TextDecoder("windows-1252");

/** HTML reads codes of control characters as windows-1252, which `&#146;` means. */
function fromCode(code: number): string {
  return code >= 0x80 && code < 0xA0
    ? WINDOWS_1252.decode(Uint8Array.of(code))
    : String.fromCodePoint(code);
}
