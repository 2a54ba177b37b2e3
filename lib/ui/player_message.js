/** What the player says when it does not play, with a button that goes on. */

import { createElement, showControlCharacters } from "./dom.js";

/**
 * @typedef {{
 *   text: string,
 *   isTrying?: boolean,
 *   isUnsupported?: boolean,
 *   action?: { label: string, run: () => void },
 * }} PlayerProblem a sentence, whether the player goes on by itself, whether only this browser does not play it, and a button
 */

/** Creates an element that is hidden until `show()` gets a problem. */
export function createPlayerMessage() {
  const text = createElement("p", {});
  const element = createElement("div", { class: "problem", hidden: true }, text);
  /** @param {PlayerProblem | undefined} problem */
  const show = (problem) => {
    element.hidden = problem === undefined;
    element.classList.toggle("trying", problem?.isTrying ?? false);
    element.setAttribute("role", problem?.isTrying ? "status" : "alert");
    const sentence = showControlCharacters(problem?.text ?? "");
    if (text.textContent !== sentence) text.textContent = sentence; // announced once
    element.querySelector("button")?.remove();
    if (problem?.action) element.append(createAction(problem.action));
  };
  return { element, show };
}

/** @param {{ label: string, run: () => void }} action */
function createAction({ label, run }) {
  return createElement("button", { type: "button", class: "button small", onclick: run }, label);
}
