/** Card with manifest URLs, commands that play them, and QR codes. */

import { formatCommand, isLoopbackUrl } from "./urls.js";
import { createCopyRow } from "./clipboard.js";
import { createDownloads, createEmbedSection } from "./embed_card.js";
import { createElement, createSvgElement } from "./dom.js";
import { loadQrCode } from "./libraries.js";

/** @typedef {import("./asset_info.js").AssetInfo} AssetInfo */

/** By the keys in `manifests` of about.json. */
export const PROTOCOL_NAMES = new Map([
  ["dash", "DASH"],
  ["hls", "HLS"],
  ["hlsTs", "HLS with MPEG-TS"],
  ["smooth", "Smooth Streaming"],
]);

/** In modules (ISO/IEC 18004 §9.1). */
const QUIET_ZONE = 4;

/** Largest QR code of error correction level M (ISO/IEC 18004 table 7). */
const MAX_QR_BYTES = 2331;

/**
 * @param {AssetInfo} about
 * @param {string} pageUrl
 */
export function createLinkCard(about, pageUrl) {
  const { manifests, protection } = about;
  const links = [...PROTOCOL_NAMES].flatMap(([key, name]) => {
    const url = /** @type {Record<string, string | undefined>} */ (manifests)[key];
    return url === undefined ? [] : [{ key, name, url: new URL(url, pageUrl).href }];
  });
  const isDirectory = location.search === "?play";
  const page = isDirectory ? `${pageUrl}?play` : pageUrl;
  return createElement(
    "section",
    { class: "card links", "aria-labelledby": "links-heading" },
    createElement("h2", { id: "links-heading" }, "Links"),
    ...links.map(({ name, url }) => createCopyRow(name, url)),
    ...protection === undefined || protection.scheme === "aes-128" ? createCommandRows(links) : [],
    createQrSection([{ name: "This page", url: page }, ...links]),
    isDirectory ? undefined : createEmbedSection(about, pageUrl),
    isDirectory ? undefined : createDownloads(about),
  );
}

/**
 * Neither program decrypts samples. ffplay supports HLS, and DASH without subtitles: its reader ends an asset with its first WebVTT file. VLC supports every
 * protocol.
 *
 * @param {{ key: string, url: string }[]} links
 */
function createCommandRows(links) {
  const windows = navigator.userAgent.includes("Windows");
  const findUrl = (/** @type {string[]} */ keys) =>
    keys.map((key) => links.find((link) => link.key === key)).find((link) => link)?.url;
  const ffplayUrl = findUrl(["hls", "dash", "hlsTs"]);
  const vlcUrl = findUrl(["hls", "dash", "hlsTs", "smooth"]);
  return [
    ...ffplayUrl === undefined
      ? []
      : [createCopyRow("ffplay", formatCommand("ffplay", ffplayUrl, windows))],
    ...vlcUrl === undefined ? [] : [createCopyRow("VLC", formatCommand("vlc", vlcUrl, windows))],
  ];
}

/** @param {{ name: string, url: string }[]} choices */
function createQrSection(choices) {
  const options = choices.map(({ name, url }) => createElement("option", { value: url }, name));
  const select = createElement("select", { onchange: () => draw() }, ...options);
  const container = createElement("div", { class: "qr" });
  const draw = async () => container.replaceChildren(await drawQrCode(select.value));
  const details = createElement("details", { ontoggle: () => draw() });
  details.append(
    createElement("summary", {}, "QR code"),
    createElement("label", { class: "field" }, "Link to", select),
    ...isLoopbackUrl(location.href) ? [createLoopbackNote()] : [],
    container,
  );
  return details;
}

function createLoopbackNote() {
  const text =
    `“${location.hostname}” refers to this computer only. To open the page on a phone, ` +
    "use the host name or IP address of this computer in your network.";
  return createElement("p", { class: "note" }, text);
}

/** @param {string} url */
async function drawQrCode(url) {
  if (url.length > MAX_QR_BYTES) return "This URL is too long for a QR code.";
  const code = (await loadQrCode())(0, "M");
  code.addData(url);
  code.make();
  const count = code.getModuleCount();
  let path = "";
  for (let y = 0; y < count; y++) {
    for (let x = 0; x < count; x++) if (code.isDark(y, x)) path += `M${x} ${y}h1v1h-1z`;
  }
  const viewBox = [-QUIET_ZONE, -QUIET_ZONE, count + 2 * QUIET_ZONE, count + 2 * QUIET_ZONE].join(
    " ",
  );
  return createSvgElement(
    "svg",
    { viewBox, role: "img", "aria-label": `QR code of ${url}`, "shape-rendering": "crispEdges" },
    createSvgElement("path", { d: path }),
  );
}
