/**
 * Elements out of code. Whatever a file name, a label or a manifest says becomes the text of a node or the value of an
 * attribute, never markup.
 */

/**
 * A class, an attribute, or what happens on an event; `false` and undefined: left out.
 *
 * @typedef {string | number | boolean | undefined | ((event: any) => void)} Value
 */

/**
 * Makes an element.
 *
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, Value>} attributes `onclick` and the like are functions
 * @param {...(Node | string | undefined)} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function createElement(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  setAttributes(made, attributes);
  made.append(...children.filter((child) => child !== undefined));
  return made;
}

/**
 * Makes an element of an SVG picture.
 *
 * @param {string} tag
 * @param {Record<string, Value>} attributes
 * @param {...Node} children
 */
export function createSvgElement(tag, attributes = {}, ...children) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  setAttributes(made, attributes);
  made.append(...children);
  return made;
}

/**
 * @param {Element} made
 * @param {Record<string, Value>} attributes
 */
function setAttributes(made, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    if (typeof value === "function") made.addEventListener(name.slice(2), value);
    else if (name.startsWith("on")) throw new Error(`Cannot take text as code: ${name}`);
    else made.setAttribute(name, value === true ? "" : String(value));
  }
}

/**
 * The element of the page with this id.
 *
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

/**
 * A text that came from outside, such as a file name: its direction stays its own, and control characters show as the
 * pictures that Unicode has for them.
 *
 * @param {string} text
 */
export function isolate(text) {
  return createElement("bdi", {}, showControlCharacters(text));
}

/**
 * @param {string} text
 */
export function showControlCharacters(text) {
  // deno-lint-ignore no-control-regex -- just these
  return text.replace(/[\0-\x1f\x7f]/g, (char) => {
    const code = char.charCodeAt(0);
    return String.fromCharCode(code === 0x7f ? 0x2421 : 0x2400 + code);
  });
}

/**
 * A picture of 24 × 24 in the colour of the text beside it.
 *
 * @param {string} path in the language of SVG
 */
export function createIcon(path) {
  const attributes = { class: "icon", viewBox: "0 0 24 24", "aria-hidden": "true" };
  return createSvgElement("svg", attributes, createSvgElement("path", { d: path }));
}
