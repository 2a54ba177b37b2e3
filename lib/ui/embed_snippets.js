/** HTML that puts an asset on another page. */

import { getAspectRatio } from "./asset_info.js";

/**
 * @typedef {import("./asset_info.js").AssetInfo} AssetInfo
 *
 * @typedef {{ name: string, note: string, html: string }} Snippet
 */

/** What the player uses (Permissions Policy). */
const PERMISSIONS = "autoplay; encrypted-media; fullscreen; picture-in-picture";

/** @type {Record<string, string>} */
const REFERENCES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/**
 * Lists the player of AMS first, then elements and libraries that play the manifests, which do not have the keys of a protected
 * asset.
 *
 * @param {AssetInfo} about
 * @param {string} pageUrl whose path is percent-encoded, with a slash at its end
 * @returns {Snippet[]}
 */
export function listSnippets(about, pageUrl) {
  const { manifests: { hls, dash }, protection } = about;
  const frame = createFrame(about, `${pageUrl}?embed`);
  if (protection) return [frame];
  const source = getSourceUrl(about, pageUrl);
  return [
    frame,
    ...source ? [createElementOfFile(source)] : [],
    ...!source && hls ? [createElementOfHls(new URL(hls, pageUrl).href)] : [],
    ...hls ? [createHlsJs(new URL(hls, pageUrl).href)] : [],
    ...dash ? [createDashJs(new URL(dash, pageUrl).href)] : [],
  ];
}

/**
 * Returns the URL of the media file that is the asset; undefined for packages and channels.
 *
 * @param {AssetInfo} about
 * @param {string} pageUrl with a slash at its end
 */
function getSourceUrl({ file, live }, pageUrl) {
  return live || /\.json$/i.test(file) ? undefined : pageUrl.slice(0, -1);
}

/**
 * @param {AssetInfo} about
 * @param {string} url
 * @returns {Snippet}
 */
function createFrame(about, url) {
  const { file, title, live } = about;
  const name = escapeAttribute(live?.label ?? title ?? file.split("/").at(-1) ?? "");
  const style = `width:100%;max-height:90vh;aspect-ratio:${getAspectRatio(about)};border:0`;
  return {
    name: "Player in a frame",
    note: "Add &autoplay, &loop, &lang=fr, &subtitles=en or #t=10,20 to the URL.",
    html: `<iframe src="${url}" style="${style}" allow="${PERMISSIONS}" title="${name}"></iframe>`,
  };
}

/**
 * @param {string} url
 * @returns {Snippet}
 */
function createElementOfFile(url) {
  return {
    name: "Video element",
    note: "Plays the file itself, without other qualities or languages.",
    html: `<video src="${url}" controls></video>`,
  };
}

/**
 * @param {string} url
 * @returns {Snippet}
 */
function createElementOfHls(url) {
  return {
    name: "Video element",
    note: "Plays HLS in Safari, and in Chrome from version 142 on.",
    html: `<video src="${url}" controls></video>`,
  };
}

/**
 * @param {string} url
 * @returns {Snippet}
 */
function createHlsJs(url) {
  return {
    name: "hls.js",
    note: "Needs hls.min.js next to the page: hls.js/dist/hls.min.js of npm.",
    html: [
      '<video id="hls" controls></video>',
      '<script src="hls.min.js"></script>',
      `<script>const hls = new Hls(); hls.loadSource("${url}"); hls.attachMedia(document.getElementById("hls"));</script>`,
    ].join("\n"),
  };
}

/**
 * @param {string} url
 * @returns {Snippet}
 */
function createDashJs(url) {
  return {
    name: "dash.js",
    note: "Needs dash.all.min.js next to the page: dashjs/dist/modern/umd/dash.all.min.js of npm.",
    html: [
      '<video id="dash" controls></video>',
      '<script src="dash.all.min.js"></script>',
      `<script>dashjs.MediaPlayer().create().initialize(document.getElementById("dash"), "${url}", false);</script>`,
    ].join("\n"),
  };
}

/** @param {string} text */
function escapeAttribute(text) {
  return text.replace(/[&<>"]/g, (char) => REFERENCES[char] ?? char);
}
