/** DOM elements. File names and other input become text nodes or attribute values, never markup. */

/**
 * `false` and undefined omit the attribute.
 *
 * @typedef {string | number | boolean | undefined | ((event: any) => void)} Value
 */

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, Value>} attributes
 * @param {...(Node | string | undefined)} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function createElement(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  setAttributes(node, attributes);
  node.append(...children.filter((child) => child !== undefined));
  return node;
}

/**
 * @param {string} tag
 * @param {Record<string, Value>} attributes
 * @param {...Node} children
 */
export function createSvgElement(tag, attributes = {}, ...children) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  setAttributes(node, attributes);
  node.append(...children);
  return node;
}

/**
 * @param {Element} node
 * @param {Record<string, Value>} attributes
 */
function setAttributes(node, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    if (typeof value === "function") node.addEventListener(name.slice(2), value);
    else if (name.startsWith("on")) {
      throw new Error(`Cannot set ${name} to a string, expected a function`);
    } else node.setAttribute(name, value === true ? "" : String(value));
  }
}

/**
 * @template {HTMLElement} T
 * @param {string} id
 * @param {new () => T} kind
 * @returns {T}
 */
export function byId(id, kind) {
  const found = document.getElementById(id);
  if (found instanceof kind) return found;
  throw new Error(`Cannot find the ${kind.name} '${id}' on this page`);
}

/** Embeddings, overrides and isolates of Unicode's bidirectional algorithm, which reorder the text around them. */
const BIDI_CONTROLS = /[\u202a-\u202e\u2066-\u2069]/g;

/**
 * Isolates the text direction with `<bdi>`, and shows control characters.
 *
 * @param {string} text
 */
export function isolate(text) {
  return createElement("bdi", {}, showControlCharacters(text));
}

/**
 * Shows control characters as U+2400 to U+2421, and those that reverse text, such as to hide an extension, as U+FFFD.
 *
 * @param {string} text
 */
export function showControlCharacters(text) {
  // deno-lint-ignore no-control-regex -- these are replaced
  return text.replace(/[\0-\x1f\x7f]/g, (char) => {
    const code = char.charCodeAt(0);
    return String.fromCharCode(code === 0x7f ? 0x2421 : 0x2400 + code);
  }).replace(BIDI_CONTROLS, "\ufffd");
}

/**
 * Creates an icon from the path data of 24 × 24 units.
 *
 * @param {string} path
 */
export function createIcon(path) {
  const attributes = { class: "icon", viewBox: "0 0 24 24", "aria-hidden": "true" };
  return createSvgElement("svg", attributes, createSvgElement("path", { d: path }));
}
