/** Line with the protection of an asset. */

import { createElement, createIcon } from "./dom.js";
import { formatCount } from "./format.js";
import { SYSTEM_NAMES } from "./key_request.js";

/** @typedef {import("./asset_info.js").AssetInfo} AssetInfo */

export const LOCK_ICON = "M5 11h14v10H5zM8 11V7a4 4 0 0 1 8 0v4M12 15v2";

/** @param {AssetInfo} about */
export function createProtectionFacts({ protection, renditions }) {
  if (!protection) return undefined;
  const { scheme, systems, kids } = protection;
  const names = systems.map((name) => SYSTEM_NAMES.get(name) ?? name);
  const line = createElement(
    "p",
    { class: "facts" },
    `Protected: ${[scheme, names.join(", ")].filter(Boolean).join(" · ")}`,
  );
  line.prepend(createIcon(LOCK_ICON));
  const rows = kids ? Object.entries(kids) : listKids(renditions);
  const items = rows.flatMap(([label, kid]) => [
    createElement("dt", {}, label),
    createElement("dd", {}, createElement("code", {}, kid)),
  ]);
  const details = createElement(
    "details",
    { class: "keys" },
    createElement("summary", {}, formatCount(rows.length, "key ID")),
  );
  details.append(createElement("dl", {}, ...items));
  return createElement("div", { class: "protection" }, line, details);
}

/**
 * Returns each KID after the names of its renditions.
 *
 * @param {AssetInfo["renditions"]} renditions
 * @returns {[label: string, kid: string][]}
 */
function listKids(renditions) {
  const kids = new Set(renditions.flatMap(({ kid }) => kid ?? []));
  return [...kids].map((kid) => {
    const names = renditions.filter((rendition) => rendition.kid === kid).map(({ name }) => name);
    return [names.join(", "), kid];
  });
}
