/** Syntax highlighting of manifests and playlists. */

/**
 * @typedef {"plain" | "tag" | "name" | "value" | "comment" | "url"} TokenKind
 * @typedef {{ text: string, kind: TokenKind }} Token
 */

const MARKUP_TOKENS = /<!--[^]*?(?:-->|$)|<[^>]*>?|[^<]+/g;

/** Bracket and name, attribute name, attribute value, closing bracket. */
const TAG_TOKENS = /^<[/?!]?[^\s/>]*|[^\s=/>?"']+(?=\s*=)|"[^"]*"?|'[^']*'?|[/?]?>|[^]/g;

/** Attribute name before `=`, quoted string, unquoted value. */
const PLAYLIST_TOKENS = /[A-Z0-9-]+(?==)|"[^"]*"?|[^,"=]+|[^]/g;

/**
 * Splits a document into tokens, whose concatenation equals it.
 *
 * @param {string} text
 * @returns {Token[]}
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
 * @returns {Token[]}
 */
function tokenizeMarkup(text) {
  if (text.startsWith("<!--")) return [{ text, kind: "comment" }];
  if (!text.startsWith("<")) return [{ text, kind: "plain" }];
  return (text.match(TAG_TOKENS) ?? []).map((text) => ({ text, kind: getTagTokenKind(text) }));
}

/**
 * @param {string} text
 * @returns {TokenKind}
 */
function getTagTokenKind(text) {
  if (/^[<>]|>$/.test(text)) return "tag";
  if (/^["']/.test(text)) return "value";
  return /^\s|^[=/?]$/.test(text) ? "plain" : "name";
}

/**
 * @param {string} line
 * @returns {Token[]}
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
 * @returns {TokenKind}
 */
function getPlaylistTokenKind(text) {
  if (text === "," || text === "=" || text === "\n") return "plain";
  return /^[A-Z][A-Z0-9-]+$/.test(text) && !/^(YES|NO|NONE|AUDIO|VIDEO|SUBTITLES)$/.test(text)
    ? "name"
    : "value";
}

/** @param {Token[]} tokens */
function mergeTokens(tokens) {
  /** @type {Token[]} */
  const merged = [];
  for (const { text, kind } of tokens) {
    const last = merged.at(-1);
    if (last?.kind === kind) last.text += text;
    else merged.push({ text, kind });
  }
  return merged;
}
