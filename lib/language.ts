/** Per language: ISO 639-1, ISO 639-2/T, ISO 639-2/B if different, then withdrawn codes (IANA registry). */
const LANGUAGES = `
  aa aar, ab abk, ae ave, af afr, ak aka, am amh, an arg, ar ara, as asm, av ava, ay aym, az aze, ba bak, be bel,
  bg bul, bi bis, bm bam, bn ben, bo bod tib, br bre, bs bos, ca cat, ce che, ch cha, co cos, cr cre, cs ces cze,
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

const NAMES = new Map<string, readonly [iso6391: string, iso6392: string]>(
  LANGUAGES.split(",").flatMap((row) => {
    const names = row.trim().split(/\s+/);
    return names.map((name) => [name, [names[0]!, names[1]!]] as const);
  }),
);

/** Primary language or `x` (private use), then subtags (RFC 5646 §2.1). */
const WELL_FORMED = /^(?:[a-z]{2,8}|x(?=-))(?:-[a-z0-9]{1,8})*$/;

/** Converts a language code to a BCP 47 tag: `fre` to `fr`, `por-br` to `pt-BR`. Malformed codes become `und`. */
export function toBcp47(language: string): string {
  const lower = language.trim().toLowerCase();
  if (!WELL_FORMED.test(lower)) return "und";
  const [primary = "und", ...subtags] = lower.split("-");
  const singleton = subtags.findIndex((subtag) => subtag.length === 1); // extensions and private use have no case
  const end = primary === "x" ? 0 : singleton < 0 ? subtags.length : singleton;
  const cased = subtags.map((subtag, i) => i < end ? toSubtagCase(subtag) : subtag);
  return [NAMES.get(primary)?.[0] ?? primary, ...cased].join("-");
}

/** RFC 5646 §2.1.1: `BR` for regions, `Hant` for scripts. */
function toSubtagCase(subtag: string): string {
  if (/^[a-z]{2}$/.test(subtag)) return subtag.toUpperCase();
  return /^[a-z]{4}$/.test(subtag) ? subtag[0]!.toUpperCase() + subtag.slice(1) : subtag;
}

/** Converts a tag to ISO 639-2/T: `pt-BR` to `por`. Unknown tags become `und`, except three letters. */
export function toIso6392(language: string): string {
  const primary = language.trim().toLowerCase().split("-")[0]!;
  return NAMES.get(primary)?.[1] ?? (/^[a-z]{3}$/.test(primary) ? primary : "und");
}

/** Checks the primary language by any of its codes: `fr`, `fre`, `fra-CA`. */
export function hasIso6391Code(tag: string): boolean {
  return NAMES.has(tag.toLowerCase().split("-")[0]!);
}

const ENGLISH = new Intl.DisplayNames("en", { type: "language", fallback: "none" });

export function getLanguageName(tag: string): string {
  if (tag === "und") return "Undetermined";
  return ENGLISH.of(tag) ?? tag;
}
