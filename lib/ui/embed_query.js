/** The query of the player alone: `?embed&autoplay&loop&lang=fr&subtitles=en&start=10&end=20&filter=…`. */

/** What manifests take. */
const SELECTING = /^(start|end|filter)=/;

/**
 * @typedef {{
 *   autoplay: boolean,
 *   loop: boolean,
 *   languages: { audio?: string, text?: string },
 *   manifestQuery: string,
 * }} EmbedOptions whether to play at once, muted, and again at the end; preferred languages; the query of manifests with `?`,
 *   or ""
 */

/**
 * @param {string} search with `?`, or empty
 * @returns {EmbedOptions}
 */
export function parseEmbedQuery(search) {
  const query = new URLSearchParams(search);
  const selecting = search.slice(1).split("&").filter((parameter) => SELECTING.test(parameter));
  const audio = query.get("lang");
  const text = query.get("subtitles");
  return {
    autoplay: isSet(query, "autoplay"),
    loop: isSet(query, "loop"),
    languages: { ...audio && { audio }, ...text && { text } },
    manifestQuery: selecting.length > 0 ? `?${selecting.join("&")}` : "",
  };
}

/**
 * `&loop`, `&loop=1` and `&loop=true` set a parameter, `&loop=0` and `&loop=false` do not.
 *
 * @param {URLSearchParams} query
 * @param {string} name
 */
function isSet(query, name) {
  const value = query.get(name);
  return value !== null && value !== "0" && value !== "false";
}
