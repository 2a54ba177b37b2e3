/** Third-party libraries and style sheets, loaded when first needed. */

import { createElement } from "./dom.js";

/**
 * @typedef {typeof import("shaka-player/ui").default} Shaka
 * @typedef {typeof import("uplot")} UPlot
 * @typedef {typeof import("qrcode-generator")} QrCode
 */

/** @returns {Promise<Shaka>} */
export async function loadShaka() {
  // @ts-ignore: exists on the server only
  await Promise.all([import("./shaka-player.js"), loadStyle("shaka-player.css")]);
  return /** @type {any} */ (globalThis).shaka;
}

/** @returns {Promise<UPlot>} */
export async function loadUPlot() {
  // @ts-ignore: exists on the server only
  const [module] = await Promise.all([import("./uplot.js"), loadStyle("uplot.css")]);
  return module.default;
}

/** @returns {Promise<QrCode>} */
export async function loadQrCode() {
  // @ts-ignore: exists on the server only
  return (await import("./qrcode.js")).default;
}

/** @param {string} name */
export async function loadStyle(name) {
  const { href } = new URL(name, import.meta.url);
  if ([...document.styleSheets].some((sheet) => sheet.href === href)) return;
  const { promise, resolve, reject } = Promise.withResolvers();
  const link = createElement("link", { rel: "stylesheet", href, onload: resolve });
  link.onerror = () => reject(new Error(`Cannot load ${href}`));
  document.head.prepend(link); // the style sheets of the page override it
  await promise;
}
