/** Keyboard control of a list: `/` and Escape focus the search, arrows move, Enter opens the first match. */

/**
 * @param {HTMLInputElement} search
 * @param {HTMLElement} list
 */
export function addListKeys(search, list) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "/" && document.activeElement !== search) search.focus();
    else if (event.key === "Escape" && document.activeElement !== search) search.focus();
    else if (!moveFocus(event.key, search, list)) return;
    event.preventDefault();
  });
  search.addEventListener("keydown", (event) => {
    if (event.key === "Enter") getVisibleRows(list)[0]?.click();
  });
}

/**
 * @param {string} key
 * @param {HTMLInputElement} search
 * @param {HTMLElement} list
 */
function moveFocus(key, search, list) {
  const step = key === "ArrowDown" ? 1 : key === "ArrowUp" ? -1 : 0;
  if (step === 0) return false;
  const stops = [search, ...getVisibleRows(list)];
  const current = stops.findIndex((stop) => stop === document.activeElement);
  const next = current < 0 ? undefined : stops[current + step];
  next?.focus();
  return next !== undefined;
}

/**
 * @param {HTMLElement} list
 * @returns {HTMLElement[]}
 */
function getVisibleRows(list) {
  return [...list.querySelectorAll("li:not([hidden]) > .row")].flatMap((row) =>
    row instanceof HTMLElement && row.checkVisibility() ? [row] : []
  );
}
