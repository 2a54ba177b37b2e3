/** Keys of a protected asset, from the server of the page. */

/**
 * @typedef {import("./asset_info.js").AssetInfo} AssetInfo
 * @typedef {import("./asset_info.js").ProtectionInfo} ProtectionInfo
 *
 * @typedef {{ keys: Record<string, string> } | { problem: string }} FoundKeys
 *   hexadecimal keys by hexadecimal KID, none for `aes-128`, whose playlists name them; or who has the keys
 */

export const SYSTEM_NAMES = new Map([
  ["widevine", "Widevine"],
  ["playready", "PlayReady"],
  ["fairplay", "FairPlay"],
  ["clearkey", "ClearKey"],
]);

const INSECURE = "Browsers decrypt on pages of HTTPS and of localhost only.";

/**
 * Requests the keys of an asset from `clearkey` or `key/<kid>`.
 *
 * @param {AssetInfo} about
 * @param {{ fetch?: typeof fetch, isSecure: boolean, addToken: (url: string) => string }} page
 * @returns {Promise<FoundKeys>}
 */
export async function requestPlayerKeys(
  { protection, renditions },
  { addToken, isSecure, ...page },
) {
  if (!protection) return { keys: {} };
  const get = page.fetch ?? fetch;
  if (!isSecure) return { problem: INSECURE };
  const kids = [...new Set(renditions.flatMap(({ kid }) => kid ?? []))];
  if (protection.scheme === "aes-128") {
    const found = await hasSegmentKey(kids[0] ?? "", { get, addToken });
    return found ? { keys: {} } : { problem: describeKeyHolders(protection) };
  }
  const body = JSON.stringify({ kids: kids.map(encodeKid), type: "temporary" });
  const response = await get(addToken("clearkey"), { method: "POST", body });
  if (!response.ok) {
    await response.body?.cancel();
    return { problem: describeKeyHolders(protection) };
  }
  return { keys: readLicense(await response.json()) };
}

/**
 * Returns whether the server has the key, or another one, which the playlists name.
 *
 * @param {string} kid
 * @param {{ get: typeof fetch, addToken: (url: string) => string }} page
 */
async function hasSegmentKey(kid, { get, addToken }) {
  const playlist = await get(addToken(".m3u8"));
  if (!playlist.ok) {
    await playlist.body?.cancel();
    return false;
  }
  if (!(await playlist.text()).includes(`URI="key/${kid}`)) return true;
  const { ok } = await get(addToken(`key/${kid}`), { method: "HEAD" });
  return ok;
}

/**
 * Reads a JSON Web Key Set.
 *
 * @param {{ keys: { kid: string, k: string }[] }} license
 */
function readLicense({ keys }) {
  return Object.fromEntries(keys.map(({ kid, k }) => [toHex(kid), toHex(k)]));
}

/** @param {string} kid UUID */
function encodeKid(kid) {
  const hex = kid.replaceAll("-", "");
  const bytes = [...hex.matchAll(/../g)].map(([digits]) => parseInt(digits, 16));
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_")
    .replaceAll("=", "");
}

/** @param {string} text base64url */
function toHex(text) {
  const bytes = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return [...bytes].map((char) => char.charCodeAt(0).toString(16).padStart(2, "0")).join("");
}

/** @param {ProtectionInfo} protection */
function describeKeyHolders({ scheme, systems }) {
  const names = systems.map((name) => SYSTEM_NAMES.get(name) ?? name);
  const servers = names.length > 0
    ? `the license server${names.length > 1 ? "s" : ""} of ${joinNames(names)}`
    : "the key server of the operator";
  const has = names.length > 1 ? "have" : "has";
  return `This page gets no keys: ${servers} ${has} them (${scheme}).`;
}

/** @param {string[]} names */
function joinNames(names) {
  return names.length < 2 ? names.join() : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

/**
 * Renames the key format of ClearKey in a playlist to that of Widevine: shaka-player 5.2 rejects playlists without a format that it knows,
 * even if it has the keys.
 *
 * @param {string} playlist
 */
export function renameClearKey(playlist) {
  return playlist.replaceAll(
    'KEYFORMAT="org.w3.clearkey"',
    'KEYFORMAT="urn:uuid:edef8ba9-79d6-4ace-a3c8-27dcd51d21ed"',
  );
}
