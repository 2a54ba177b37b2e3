/** Macintosh codes (QuickTime File Format, Language Code Values). */
const MACINTOSH =
  ("eng fra deu ita nld swe spa dan por nor heb jpn ara fin ell isl mlt tur hrv zho " +
    "urd hin tha kor lit pol hun est lav smi fao fas rus zho nld gle sqi ron ces slk " +
    "slv yid srp mkd bul ukr bel uzb kaz aze aze hye kat ron kir tgk tuk mon mon pus " +
    "kur kas snd bod nep san mar ben asm guj pan ori mal kan tam tel sin mya khm lao " +
    "vie ind tgl msa msa amh tir orm som swa kin run nya mlg epo").split(" ");

const MACINTOSH_128 = "cym eus cat lat que grn aym tat uig dzo jav".split(" ");

/** Converts the language of mdhd (14496-12 §8.4.2) to ISO 639-2, or "und". */
export function decodeLanguage(code: number): string {
  if (code < 0x400) return MACINTOSH[code] ?? MACINTOSH_128[code - 128] ?? "und";
  const letters = [code >>> 10, code >>> 5, code].map((c) => String.fromCharCode((c & 31) + 0x60));
  const language = letters.join("");
  return /^[a-z]{3}$/.test(language) ? language : "und";
}

/** Packs the letters of an ISO 639-2 code, 5 bits each, for mdhd (14496-12 §8.4.2). */
export function encodeLanguage(language: string): number {
  return [...language].reduce((packed, letter) => packed * 32 + letter.charCodeAt(0) - 0x60, 0);
}
