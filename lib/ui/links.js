/** The addresses of a title's forms, commands that play them, and a QR code for a phone. */

import { command, isLocal } from "./urls.js";
import { copyRow } from "./clipboard.js";
import { element, svgElement } from "./dom.js";
import { loadQrCode } from "./libraries.js";

/** @typedef {import("./asset_info.js").About} About */

/** Forms by their names in `manifests`. */
export const FORMS = new Map([
  ["dash", "DASH"],
  ["hls", "HLS"],
  ["hlsTs", "HLS with MPEG-TS"],
  ["smooth", "Smooth Streaming"],
]);

/** Light modules around a QR code (ISO/IEC 18004 §9.1). */
const QUIET = 4;

/** Bytes that the largest code holds at the second lowest level of correction (ISO/IEC 18004 table 7). */
const MOST = 2331;

/**
 * @param {About} about
 * @param {string} base address of the page
 */
export function linkCard({ manifests }, base) {
  const forms = [...FORMS].flatMap(([key, name]) => {
    const url = /** @type {Record<string, string | undefined>} */ (manifests)[key];
    return url === undefined ? [] : [{ key, name, url: new URL(url, base).href }];
  });
  const page = location.search === "?play" ? `${base}?play` : base;
  return element(
    "section",
    { class: "card links", "aria-labelledby": "links-heading" },
    element("h2", { id: "links-heading" }, "Links"),
    ...forms.map(({ name, url }) => copyRow(name, url)),
    ...commands(forms),
    qrPart([{ name: "This page", url: page }, ...forms]),
  );
}

/**
 * ffplay reads DASH and HLS, VLC all of them; neither needs more than one.
 *
 * @param {{ key: string, url: string }[]} forms
 */
function commands(forms) {
  const windows = navigator.userAgent.includes("Windows");
  const first = (/** @type {string[]} */ keys) =>
    keys.map((key) => forms.find((form) => form.key === key)).find((form) => form)?.url;
  const url = first(["dash", "hls", "hlsTs"]);
  const any = first(["hls", "dash", "hlsTs", "smooth"]);
  return [
    ...url === undefined ? [] : [copyRow("ffplay", command("ffplay", url, windows))],
    ...any === undefined ? [] : [copyRow("VLC", command("vlc", any, windows))],
  ];
}

/**
 * Drawn when it is opened first.
 *
 * @param {{ name: string, url: string }[]} choices
 */
function qrPart(choices) {
  const options = choices.map(({ name, url }) => element("option", { value: url }, name));
  const select = element("select", { onchange: () => draw() }, ...options);
  const place = element("div", { class: "qr" });
  const draw = async () => place.replaceChildren(await qrPicture(select.value));
  const details = element("details", { ontoggle: () => draw() });
  details.append(
    element("summary", {}, "QR code, to try a phone"),
    element("label", { class: "field" }, "Leads to", select),
    ...isLocal(location.href) ? [localNote()] : [],
    place,
  );
  return details;
}

function localNote() {
  const text = `“${location.hostname}” means this very machine. To reach it from a phone, ` +
    "open this page under the machine’s name or address in your network.";
  return element("p", { class: "note" }, text);
}

/**
 * @param {string} url
 */
async function qrPicture(url) {
  if (url.length > MOST) return "The address is too long for a QR code.";
  const code = (await loadQrCode())(0, "M");
  code.addData(url);
  code.make();
  const count = code.getModuleCount();
  let path = "";
  for (let y = 0; y < count; y++) {
    for (let x = 0; x < count; x++) if (code.isDark(y, x)) path += `M${x} ${y}h1v1h-1z`;
  }
  const viewBox = [-QUIET, -QUIET, count + 2 * QUIET, count + 2 * QUIET].join(" ");
  return svgElement(
    "svg",
    { viewBox, role: "img", "aria-label": `QR code of ${url}`, "shape-rendering": "crispEdges" },
    svgElement("path", { d: path }),
  );
}
