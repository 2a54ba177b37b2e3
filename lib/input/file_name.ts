/** Languages and flags in file names, as Plex, Jellyfin, Kodi, Bazarr and yt-dlp write them. */

import { getSubtagKind, isIso6391, toBcp47 } from "../language.ts";
import { isRegisteredSubtag } from "../language_registry.ts";
import type { Role } from "../package/role.ts";

export interface FileNameTags {
  /** BCP 47; "" if the name has none. */
  readonly language: string;
  readonly role?: Role | undefined;
  readonly isDefault: boolean;
}

const FLAGS: ReadonlyMap<string, Role | "default"> = new Map<string, Role | "default">([
  ["forced", "forced"],
  ["foreign", "forced"],
  ["sdh", "caption"],
  ["cc", "caption"],
  ["hi", "caption"], // hearing impaired, behind a language; else Hindi
  ["commentary", "commentary"],
  ["ad", "description"], // audio description
  ["description", "description"],
  ["default", "default"],
]);

/** One role is declared, though a name can have several. */
const ROLES_BY_PRIORITY: readonly Role[] = ["forced", "caption", "description", "commentary"];

const HINDI = "hi";

/** Codes that are no language tags: of OpenSubtitles and Bazarr, and usual for Chinese. */
const ALIASES = new Map([
  ["pb", "pt-BR"],
  ["pob", "pt-BR"],
  ["zt", "zh-Hant"],
  ["zht", "zh-Hant"],
  ["cht", "zh-Hant"],
  ["chs", "zh-Hans"],
]);

/**
 * Languages with three letters only: of ISO 639-2, and those of ISO 639-3 that occur in media. Others are more often a word
 * or a file type (`mov`, `the`, `cut`).
 */
const THREE_LETTERS = new Set(
  `ace ach ada ady afh ain akk ale alt ang anp arc arn arp arw ast awa bal ban bas bej bem bho bik bin bla bra bua bug byn
  cad car ceb chb chg chk chm chn cho chp chr chy cnr cop crh crp csb dak dar del den dgr din doi dsb dua dum dyu efi egy
  eka elx enm ewo fan fat fil fon frm fro frr frs fur gaa gay gba gez gil gmh goh gon gor got grb grc gsw gwi hai haw hil
  hit hmn hsb hup iba ilo inh jbo jpr jrb kaa kab kac kam kaw kbd kha kho kmb kok kos kpe krc krl kru kum kut lad lah lam
  lez lol loz lua lui lun luo lus mad mag mai mak man mas mdf mdr men mga mic min mis mnc mni moh mos mul mus mwl mwr myv
  nap nds new nia niu nog non nqo nso nwc nym nyn nyo nzi osa ota pag pal pam pap pau peo phn pon pro raj rap rar rom rup
  sad sah sam sas sat scn sco sel sga sgn shn sid sma smj smn sms snk sog srn srr suk sus sux syc syr tem ter tet tig tiv
  tkl tlh tli tmh tog tpi tsi tum tvl tyv udm uga umb und vai vot wal war was xal yao yap zap zbl zen zgh zun zxx zza
  acm aeb afb ajp apc arb arq ars ary arz ase azb azj bfi cdo ckb cmn ekk fsl gan gcf gcr glk gsg gug hak hbs hsn hyw jam
  khk kmr knn lij lmo ltg lvs lzh mfe mnp mzn nan npi ory pbt pcm pes plt pms pnb prs quz rcf rif sgs shi skr swh syl tzm
  uzn vec wuu ydd yue zlm zsm als alz bbc bew bts btx cgg cnh crs dov gag gom hif hrx kek kri ktu mam meo nhe szl tok trp
  vro yua`.split(/\s+/),
);

/** English names, which Kodi, Jellyfin and Emby accept. */
const NAMES = new Map(
  `albanian sq, arabic ar, armenian hy, azerbaijani az, basque eu, bengali bn, bosnian bs, brazilian pt-BR,
  brazilian portuguese pt-BR, bulgarian bg, cantonese yue, castilian es-ES, catalan ca, chinese zh, chinese simplified zh-Hans,
  chinese traditional zh-Hant, croatian hr, czech cs, danish da, dutch nl, english en, estonian et, filipino fil,
  finnish fi, flemish nl-BE, french fr, galician gl, georgian ka, german de, greek el, hebrew he, hindi hi, hungarian hu,
  icelandic is, indonesian id, irish ga, italian it, japanese ja, kannada kn, kazakh kk, korean ko,
  latin american spanish es-419, latvian lv, lithuanian lt, macedonian mk, malay ms, malayalam ml, mandarin zh, marathi mr,
  mongolian mn, nepali ne, norwegian no, persian fa, polish pl, portuguese pt, punjabi pa, romanian ro, russian ru,
  serbian sr, simplified chinese zh-Hans, slovak sk, slovenian sl, spanish es, swahili sw, swedish sv, tamil ta, telugu te,
  thai th, traditional chinese zh-Hant, turkish tr, ukrainian uk, urdu ur, uzbek uz, vietnamese vi, welsh cy`
    .split(/,\s+/).map((row) => {
      const space = row.lastIndexOf(" ");
      return [row.slice(0, space), row.slice(space + 1)] as const;
    }),
);

/** A name without its extension, languages and flags, and what these declare. */
export interface SplitFileName extends FileNameTags {
  /** `film` of `film.pt-BR.forced.srt`; never "" unless the name is. */
  readonly stem: string;
}

/**
 * Reads the parts of a name between its title and its extension: `fr` of `film.fr.vtt`, `pt-BR` and forced of
 * `film.pt_BR.forced.srt`, `zh-Hans` of `film.zh-Hans.vtt`, `de` of `film.German.srt`.
 */
export function parseFileName(file: string): FileNameTags {
  const { language, role, isDefault } = splitFileName(file);
  return { language, role, isDefault };
}

/** Splits a name as `parseFileName()` reads it. */
export function splitFileName(file: string): SplitFileName {
  const [title = "", ...parts] = file.replace(/^.*[/\\]/s, "").split(".");
  parts.pop();
  const flags: string[] = [];
  while (isFlag(parts.at(-1))) flags.push(parts.pop()!.toLowerCase());
  const last = splitFlags(parts.at(-1) ?? "");
  let language = parseLanguagePart(last.language);
  if (language) {
    parts.pop();
    for (const flag of last.flags) flags.push(flag);
    while (isFlag(parts.at(-1)) && parts.at(-1) !== HINDI) flags.push(parts.pop()!.toLowerCase());
  } else if (flags.includes(HINDI)) {
    language = HINDI;
    flags.splice(flags.indexOf(HINDI), 1);
  }
  const meanings = flags.map((flag) => FLAGS.get(flag));
  const role = ROLES_BY_PRIORITY.find((role) => meanings.includes(role));
  const stem = [title, ...parts].join(".");
  return { stem, language, role, isDefault: meanings.includes("default") };
}

function isFlag(part: string | undefined): boolean {
  return part !== undefined && FLAGS.has(part.toLowerCase());
}

/** Splits `en-forced` and `en_sdh`. */
function splitFlags(part: string): { language: string; flags: string[] } {
  const subtags = part.split(/[-_]/);
  const flags: string[] = [];
  while (subtags.length > 1 && isFlag(subtags.at(-1))) flags.push(subtags.pop()!.toLowerCase());
  return { language: subtags.join("-"), flags };
}

/** Ignores what follows the known subtags: `en-orig` and `en-eEY6OEpapPo` of yt-dlp are English. */
function parseLanguagePart(part: string): string {
  const name = NAMES.get(part.replace(/[-() ]+/g, " ").trim().toLowerCase());
  if (name) return name;
  const [primary = "", ...subtags] = part.split("-");
  if (!/^(?:[a-z]{2,3}|[A-Z]{2,3})$/.test(primary)) return ""; // "Be" is a word of a title
  const code = primary.toLowerCase();
  const alias = ALIASES.get(code);
  if (alias) return alias;
  if (!isIso6391(code) && !THREE_LETTERS.has(code)) return "";
  const end = subtags.findIndex((subtag) =>
    !isRegisteredSubtag(getSubtagKind(subtag), subtag.toLowerCase())
  );
  const tag = toBcp47([code, ...end < 0 ? subtags : subtags.slice(0, end)].join("-"));
  return tag === "und" ? toBcp47(code) : tag;
}
