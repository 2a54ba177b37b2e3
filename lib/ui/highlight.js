/** Manifests cut into pieces that are worth a colour each. The pieces, put together, are the text again. */

/**
 * @typedef {"plain" | "tag" | "name" | "value" | "comment" | "url"} Kind
 * @typedef {{ text: string, kind: Kind }} Piece
 */

/** A comment, a tag with its attributes, or what stands between two. */
const MARKUP_TOKENS = /<!--[^]*?(?:-->|$)|<[^>]*>?|[^<]+/g;

/** In a tag: its name with the bracket, an attribute's name, its value, the end. */
const TAG_TOKENS = /^<[/?!]?[^\s/>]*|[^\s=/>?"']+(?=\s*=)|"[^"]*"?|'[^']*'?|[/?]?>|[^]/g;

/** In a tag of a playlist: a name before `=`, a text in quotes, what stands up to a comma. */
const PLAYLIST_TOKENS = /[A-Z0-9-]+(?==)|"[^"]*"?|[^,"=]+|[^]/g;

/**
 * @param {string} text of an MPD, a Smooth manifest, a playlist or WebVTT
 * @returns {Piece[]}
 */
export function highlight(text) {
  if (text.startsWith("#EXTM3U")) {
    return mergeTokens(text.split(/(?<=\n)/).flatMap(tokenizePlaylistLine));
  }
  if (text.trimStart().startsWith("<")) {
    return mergeTokens((text.match(MARKUP_TOKENS) ?? []).flatMap(tokenizeMarkup));
  }
  return text === "" ? [] : [{ text, kind: "plain" }];
}

/**
 * @param {string} text
 * @returns {Piece[]}
 */
function tokenizeMarkup(text) {
  if (text.startsWith("<!--")) return [{ text, kind: "comment" }];
  if (!text.startsWith("<")) return [{ text, kind: "plain" }];
  return (text.match(TAG_TOKENS) ?? []).map((text) => ({ text, kind: getTagTokenKind(text) }));
}

/**
 * @param {string} text
 * @returns {Kind}
 */
function getTagTokenKind(text) {
  if (/^[<>]|>$/.test(text)) return "tag";
  if (/^["']/.test(text)) return "value";
  return /^\s|^[=/?]$/.test(text) ? "plain" : "name";
}

/**
 * @param {string} line with its end
 * @returns {Piece[]}
 */
function tokenizePlaylistLine(line) {
  if (!line.startsWith("#")) return [{ text: line, kind: line.trim() ? "url" : "plain" }];
  if (!line.startsWith("#EXT")) return [{ text: line, kind: "comment" }];
  const colon = line.indexOf(":");
  if (colon < 0) return [{ text: line, kind: "tag" }];
  const values = line.slice(colon + 1).match(PLAYLIST_TOKENS) ?? [];
  return [
    { text: line.slice(0, colon), kind: "tag" },
    { text: ":", kind: "plain" },
    ...values.map((text) => ({ text, kind: getPlaylistTokenKind(text) })),
  ];
}

/**
 * @param {string} text
 * @returns {Kind}
 */
function getPlaylistTokenKind(text) {
  if (text === "," || text === "=" || text === "\n") return "plain";
  return /^[A-Z][A-Z0-9-]+$/.test(text) && !/^(YES|NO|NONE|AUDIO|VIDEO|SUBTITLES)$/.test(text)
    ? "name"
    : "value";
}

/**
 * Neighbours of a kind become one.
 *
 * @param {Piece[]} pieces
 */
function mergeTokens(pieces) {
  /** @type {Piece[]} */
  const out = [];
  for (const { text, kind } of pieces) {
    const last = out.at(-1);
    if (last?.kind === kind) last.text += text;
    else out.push({ text, kind });
  }
  return out;
}
