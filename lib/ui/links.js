/** The addresses of a title's forms, commands that play them, and a QR code for a phone. */

import { formatCommand, isLoopbackUrl } from "./urls.js";
import { createCopyRow } from "./clipboard.js";
import { createElement, createSvgElement } from "./dom.js";
import { loadQrCode } from "./libraries.js";

/** @typedef {import("./asset_info.js").AssetInfo} AssetInfo */

/** Forms by their names in `manifests`. */
export const PROTOCOL_NAMES = new Map([
  ["dash", "DASH"],
  ["hls", "HLS"],
  ["hlsTs", "HLS with MPEG-TS"],
  ["smooth", "Smooth Streaming"],
]);

/** Light modules around a QR code (ISO/IEC 18004 §9.1). */
const QUIET_ZONE = 4;

/** Bytes that the largest code holds at the second lowest level of correction (ISO/IEC 18004 table 7). */
const MAX_QR_BYTES = 2331;

/**
 * @param {AssetInfo} about
 * @param {string} base address of the page
 */
export function createLinkCard({ manifests }, base) {
  const forms = [...PROTOCOL_NAMES].flatMap(([key, name]) => {
    const url = /** @type {Record<string, string | undefined>} */ (manifests)[key];
    return url === undefined ? [] : [{ key, name, url: new URL(url, base).href }];
  });
  const page = location.search === "?play" ? `${base}?play` : base;
  return createElement(
    "section",
    { class: "card links", "aria-labelledby": "links-heading" },
    createElement("h2", { id: "links-heading" }, "Links"),
    ...forms.map(({ name, url }) => createCopyRow(name, url)),
    ...createCommandRows(forms),
    createQrSection([{ name: "This page", url: page }, ...forms]),
  );
}

/**
 * ffplay reads DASH and HLS, VLC all of them; neither needs more than one.
 *
 * @param {{ key: string, url: string }[]} forms
 */
function createCommandRows(forms) {
  const windows = navigator.userAgent.includes("Windows");
  const first = (/** @type {string[]} */ keys) =>
    keys.map((key) => forms.find((form) => form.key === key)).find((form) => form)?.url;
  const url = first(["dash", "hls", "hlsTs"]);
  const any = first(["hls", "dash", "hlsTs", "smooth"]);
  return [
    ...url === undefined ? [] : [createCopyRow("ffplay", formatCommand("ffplay", url, windows))],
    ...any === undefined ? [] : [createCopyRow("VLC", formatCommand("vlc", any, windows))],
  ];
}

/**
 * Drawn when it is opened first.
 *
 * @param {{ name: string, url: string }[]} choices
 */
function createQrSection(choices) {
  const options = choices.map(({ name, url }) => createElement("option", { value: url }, name));
  const select = createElement("select", { onchange: () => draw() }, ...options);
  const place = createElement("div", { class: "qr" });
  const draw = async () => place.replaceChildren(await drawQrCode(select.value));
  const details = createElement("details", { ontoggle: () => draw() });
  details.append(
    createElement("summary", {}, "QR code, to try a phone"),
    createElement("label", { class: "field" }, "Leads to", select),
    ...isLoopbackUrl(location.href) ? [createLoopbackNote()] : [],
    place,
  );
  return details;
}

function createLoopbackNote() {
  const text = `“${location.hostname}” means this very machine. To reach it from a phone, ` +
    "open this page under the machine’s name or address in your network.";
  return createElement("p", { class: "note" }, text);
}

/**
 * @param {string} url
 */
async function drawQrCode(url) {
  if (url.length > MAX_QR_BYTES) return "The address is too long for a QR code.";
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
