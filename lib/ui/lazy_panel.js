/** Inspector tab whose modules are loaded when it is first opened. */

import { createElement } from "./dom.js";

const UNLOADABLE =
  "This part of the page cannot be loaded. Reload the page when the server responds.";

/**
 * Creates the tab of a panel that is loaded later. A load that failed is tried again when the tab is opened again.
 *
 * @template {import("./tabs.js").Panel} T
 * @param {() => Promise<T>} load
 * @returns {import("./tabs.js").Panel & { use: (run: (panel: T) => void) => Promise<void> }} `use` loads the panel
 */
export function createLazyPanel(load) {
  const element = createElement("div", {});
  /** @type {Promise<T | undefined> | undefined} */
  let loading;
  const use = async (/** @type {(panel: T) => void} */ run) => {
    const panel = await (loading ??= load().catch(showFailure));
    if (!panel) return;
    if (!panel.element.isConnected) element.replaceChildren(panel.element);
    run(panel);
  };
  const showFailure = () => {
    loading = undefined;
    const problem = createElement("p", { class: "problem", role: "alert" }, UNLOADABLE);
    element.replaceChildren(problem);
    return undefined;
  };
  return { element, open: () => use((panel) => panel.open?.()), use };
}
