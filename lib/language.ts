import { isRegisteredSubtag, type SubtagKind } from "./language_registry.ts";

/** Per language: ISO 639-1, ISO 639-2/T, ISO 639-2/B if different, then withdrawn codes (IANA registry). */
const LANGUAGES = `
  aa aar, ab abk, ae ave, af afr, ak aka, am amh, an arg, ar ara, as asm, av ava, ay aym, az aze, ba bak, be bel,
  bg bul, bh bih, bi bis, bm bam, bn ben, bo bod tib, br bre, bs bos, ca cat, ce che, ch cha, co cos, cr cre, cs ces cze,
  cu chu, cv chv, cy cym wel, da dan, de deu ger, dv div, dz dzo, ee ewe, el ell gre, en eng, eo epo, es spa, et est,
  eu eus baq, fa fas per, ff ful, fi fin, fj fij, fo fao, fr fra fre, fy fry, ga gle, gd gla, gl glg, gn grn, gu guj,
  gv glv, ha hau, he heb iw, hi hin, ho hmo, hr hrv scr, ht hat, hu hun, hy hye arm, hz her, ia ina, id ind in, ie ile,
  ig ibo, ii iii, ik ipk, io ido, is isl ice, it ita, iu iku, ja jpn, jv jav jw, ka kat geo, kg kon, ki kik, kj kua,
  kk kaz, kl kal, km khm, kn kan, ko kor, kr kau, ks kas, ku kur, kv kom, kw cor, ky kir, la lat, lb ltz, lg lug,
  li lim, ln lin, lo lao, lt lit, lu lub, lv lav, mg mlg, mh mah, mi mri mao, mk mkd mac, ml mal, mn mon, mr mar,
  ms msa may, mt mlt, my mya bur, na nau, nb nob, nd nde, ne nep, ng ndo, nl nld dut, nn nno, no nor, nr nbl, nv nav,
  ny nya, oc oci, oj oji, om orm, or ori, os oss, pa pan, pi pli, pl pol, ps pus, pt por, qu que, rm roh, rn run,
  ro ron rum mo, ru rus, rw kin, sa san, sc srd, sd snd, se sme, sg sag, si sin, sk slk slo, sl slv, sm smo, sn sna,
  so som, sq sqi alb, sr srp scc, ss ssw, st sot, su sun, sv swe, sw swa, ta tam, te tel, tg tgk, th tha, ti tir,
  tk tuk, tl tgl, tn tsn, to ton, tr tur, ts tso, tt tat, tw twi, ty tah, ug uig, uk ukr, ur urd, uz uzb, ve ven,
  vi vie, vo vol, wa wln, wo wol, xh xho, yi yid ji, yo yor, za zha, zh zho chi, zu zul`;

const CODES = new Map<string, readonly [iso6391: string, iso6392: string]>(
  LANGUAGES.split(",").flatMap((row) => {
    const codes = row.trim().split(/\s+/);
    return codes.map((code) => [code, [codes[0]!, codes[1]!]] as const);
  }),
);

/** A tag of RFC 5646 §2.1 in any case, without the irregular ones of §2.2.8 such as `i-klingon`. */
export const LANGUAGE_TAG = new RegExp(
  "^(?:" +
    "(?:[A-Za-z]{2,3}(?:-[A-Za-z]{3}){0,3}|[A-Za-z]{5,8})" + // language, with extlang; four letters are reserved
    "(?:-[A-Za-z]{4})?" + // script
    "(?:-(?:[A-Za-z]{2}|[0-9]{3}))?" + // region
    "(?:-(?:[A-Za-z0-9]{5,8}|[0-9][A-Za-z0-9]{3}))*" + // variants
    "(?:-[A-WY-Za-wy-z0-9](?:-[A-Za-z0-9]{2,8})+)*" + // extensions
    "(?:-[Xx](?:-[A-Za-z0-9]{1,8})+)?" + // private use
    "|[Xx](?:-[A-Za-z0-9]{1,8})+)$",
);

/** RFC 5646 §4.4.1 expects tags of at most 35 characters in practice. */
export const MAX_LANGUAGE_TAG = 100;

/**
 * Converts a language code to the canonical BCP 47 tag: `fre` to `fr`, `por-br` and `pt_BR` to `pt-BR`, `zh-yue` to `yue`.
 * Malformed codes become `und`.
 */
export function toBcp47(language: string): string {
  if (language.length > MAX_LANGUAGE_TAG) return "und";
  const tag = language.trim().replaceAll("_", "-").toLowerCase();
  if (!LANGUAGE_TAG.test(tag)) return "und";
  let [primary = "und", ...subtags] = tag.split("-");
  if (primary === "x") return tag;
  while (/^[a-z]{3}$/.test(subtags[0] ?? "")) [primary = "und", ...subtags] = subtags; // extlang (§4.5)
  const singleton = subtags.findIndex((subtag) => subtag.length === 1); // extensions and private use have no case
  const end = singleton < 0 ? subtags.length : singleton;
  const cased = subtags.map((subtag, i) => i < end ? toSubtagCase(subtag) : subtag);
  return [CODES.get(primary)?.[0] ?? primary, ...cased].join("-");
}

/** RFC 5646 §2.1.1: `BR` for regions, `Hant` for scripts. */
function toSubtagCase(subtag: string): string {
  if (/^[a-z]{2}$/.test(subtag)) return subtag.toUpperCase();
  return /^[a-z]{4}$/.test(subtag) ? subtag[0]!.toUpperCase() + subtag.slice(1) : subtag;
}

/** Converts a tag to ISO 639-2/T: `pt-BR` to `por`. Unknown tags become `und`, except three letters. */
export function toIso6392(language: string): string {
  const primary = language.trim().toLowerCase().split("-")[0]!;
  return CODES.get(primary)?.[1] ?? (/^[a-z]{3}$/.test(primary) ? primary : "und");
}

/**
 * Returns ISO 639-2/T for the plain tag of a language that has such a code, else the whole tag: `eng` for `en`, but `pt-BR`
 * and `yue`. Names of renditions and of Smooth Streaming contain it.
 */
export function toShortTag(tag: string): string {
  return CODES.get(tag)?.[1] ?? tag;
}

/** Checks that a language has a code of ISO 639-1, by any of its codes: `fr`, `fre`, `fra`. */
export function isIso6391(language: string): boolean {
  return CODES.has(language);
}

/** Returns the canonical tag if it is valid (RFC 5646 §2.2.9): well-formed, of registered subtags; else undefined. */
export function parseLanguage(language: string): string | undefined {
  const tag = toBcp47(language);
  const isUndetermined = language.trim().toLowerCase() === "und";
  if (tag === "und") return isUndetermined ? tag : undefined;
  const [primary = "", ...subtags] = tag.toLowerCase().split("-");
  if (primary === "x") return tag;
  const singleton = subtags.findIndex((subtag) => subtag.length === 1);
  const registered = singleton < 0 ? subtags : subtags.slice(0, singleton);
  const isValid = isRegisteredLanguage(primary) && !repeatsSubtag(subtags, registered.length) &&
    registered.every((subtag) => isRegisteredSubtag(getSubtagKind(subtag), subtag));
  return isValid ? tag : undefined;
}

/** A variant, and the letter of an extension, may occur once (RFC 5646 §2.2.5, §2.2.6). */
function repeatsSubtag(subtags: readonly string[], registeredCount: number): boolean {
  const end = subtags.includes("x") ? subtags.indexOf("x") : subtags.length;
  const unique = subtags.slice(0, end).filter((subtag, i) =>
    i < registeredCount || subtag.length === 1
  );
  return new Set(unique).size < unique.length;
}

/** `sh` is the one two-letter subtag of the registry without a code of ISO 639-2. */
function isRegisteredLanguage(primary: string): boolean {
  return CODES.has(primary) || primary === "sh" || isRegisteredSubtag("language", primary);
}

/** Kinds of subtags behind the language differ in length (RFC 5646 §2.1). */
export function getSubtagKind(subtag: string): SubtagKind {
  if (/^(?:[a-z]{2}|[0-9]{3})$/i.test(subtag)) return "region";
  return /^[a-z]{4}$/i.test(subtag) ? "script" : "variant";
}
