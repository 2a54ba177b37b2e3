/**
 * Libraries and styles that lie beside this file on the server, loaded when they are needed first: a folder's page needs
 * none of them.
 */

import { createElement } from "./dom.js";

/**
 * @typedef {typeof import("shaka-player/ui").default} Shaka
 * @typedef {typeof import("uplot")} UPlot
 * @typedef {typeof import("qrcode-generator")} QrCode
 */

/**
 * The player. Its file sets a global, as it is no module.
 *
 * @returns {Promise<Shaka>}
 */
export async function loadShaka() {
  // @ts-ignore: beside this file on the server alone
  await Promise.all([import("./shaka-player.js"), loadStyle("shaka-player.css")]);
  return /** @type {any} */ (globalThis).shaka;
}

/**
 * The chart.
 *
 * @returns {Promise<UPlot>}
 */
export async function loadUPlot() {
  // @ts-ignore: so is this
  const [module] = await Promise.all([import("./uplot.js"), loadStyle("uplot.css")]);
  return module.default;
}

/**
 * @returns {Promise<QrCode>}
 */
export async function loadQrCode() {
  // @ts-ignore: and this
  return (await import("./qrcode.js")).default;
}

/**
 * Unless the page has it already.
 *
 * @param {string} name of a style sheet
 */
export async function loadStyle(name) {
  const { href } = new URL(name, import.meta.url);
  if ([...document.styleSheets].some((sheet) => sheet.href === href)) return;
  const { promise, resolve, reject } = Promise.withResolvers();
  const link = createElement("link", { rel: "stylesheet", href, onload: resolve });
  link.onerror = () => reject(new Error(`Cannot load ${href}`));
  document.head.prepend(link); // what is ours comes after it
  await promise;
}
