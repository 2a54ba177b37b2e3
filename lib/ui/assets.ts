/** Files of the page and of npm packages, which `deno compile` embeds. */

import { addModulePreloads } from "./module_preload.ts";

export type AssetLoad = () => Promise<LoadedFile>;

interface LoadedFile {
  readonly default: Uint8Array<ArrayBuffer>;
}

/** HTML of `<directory>/`, `<pkg>/`, `<pkg>/?embed`, and errors. In it, `"/.ams/` stands for the base URL of `UI_ASSETS`. */
export const UI_PAGES: Readonly<Record<"directory" | "asset" | "embed" | "error", AssetLoad>> = {
  directory: () => import("./directory.html", { with: { type: "bytes" } }).then(preloadModules),
  asset: () => import("./asset.html", { with: { type: "bytes" } }).then(preloadModules),
  embed: () => import("./embed.html", { with: { type: "bytes" } }).then(preloadModules),
  error: () => import("./error.html", { with: { type: "bytes" } }).then(preloadModules),
};

/** By name. One directory serves them, so that modules import each other. */
export const UI_ASSETS: Readonly<Record<string, AssetLoad>> = {
  "asset.css": () => import("./asset.css", { with: { type: "bytes" } }),
  "asset.js": () => import("./asset.js", { with: { type: "bytes" } }),
  "asset_info.js": () => import("./asset_info.js", { with: { type: "bytes" } }),
  "asset_page.js": () => import("./asset_page.js", { with: { type: "bytes" } }),
  "box_content.js": () => import("./box_content.js", { with: { type: "bytes" } }),
  "box_fields.js": () => import("./box_fields.js", { with: { type: "bytes" } }),
  "box_fields_fragment.js": () => import("./box_fields_fragment.js", { with: { type: "bytes" } }),
  "box_fields_movie.js": () => import("./box_fields_movie.js", { with: { type: "bytes" } }),
  "box_fields_samples.js": () => import("./box_fields_samples.js", { with: { type: "bytes" } }),
  "box_panel.js": () => import("./box_panel.js", { with: { type: "bytes" } }),
  "box_tree.js": () => import("./box_tree.js", { with: { type: "bytes" } }),
  "boxes.js": () => import("./boxes.js", { with: { type: "bytes" } }),
  "breadcrumbs.js": () => import("./breadcrumbs.js", { with: { type: "bytes" } }),
  "data_view_reader.js": () => import("./data_view_reader.js", { with: { type: "bytes" } }),
  "channel_status.js": () => import("./channel_status.js", { with: { type: "bytes" } }),
  "chart.css": () => import("./chart.css", { with: { type: "bytes" } }),
  "chart.js": () => import("./chart.js", { with: { type: "bytes" } }),
  "chart_data.js": () => import("./chart_data.js", { with: { type: "bytes" } }),
  "chart_marks.js": () => import("./chart_marks.js", { with: { type: "bytes" } }),
  "chart_panel.js": () => import("./chart_panel.js", { with: { type: "bytes" } }),
  "clip_marks.js": () => import("./clip_marks.js", { with: { type: "bytes" } }),
  "clipboard.js": () => import("./clipboard.js", { with: { type: "bytes" } }),
  "decodable.js": () => import("./decodable.js", { with: { type: "bytes" } }),
  "directory.css": () => import("./directory.css", { with: { type: "bytes" } }),
  "directory.js": () => import("./directory.js", { with: { type: "bytes" } }),
  "directory_details.js": () => import("./directory_details.js", { with: { type: "bytes" } }),
  "directory_fold.js": () => import("./directory_fold.js", { with: { type: "bytes" } }),
  "directory_keys.js": () => import("./directory_keys.js", { with: { type: "bytes" } }),
  "directory_list.js": () => import("./directory_list.js", { with: { type: "bytes" } }),
  "directory_members.js": () => import("./directory_members.js", { with: { type: "bytes" } }),
  "directory_order.js": () => import("./directory_order.js", { with: { type: "bytes" } }),
  "directory_row.js": () => import("./directory_row.js", { with: { type: "bytes" } }),
  "directory_sort.js": () => import("./directory_sort.js", { with: { type: "bytes" } }),
  "documentation.txt": () => import("./documentation.txt", { with: { type: "bytes" } }),
  "dom.js": () => import("./dom.js", { with: { type: "bytes" } }),
  "error.js": () => import("./error.js", { with: { type: "bytes" } }),
  "error_advice.js": () => import("./error_advice.js", { with: { type: "bytes" } }),
  "embed.css": () => import("./embed.css", { with: { type: "bytes" } }),
  "embed.js": () => import("./embed.js", { with: { type: "bytes" } }),
  "embed_card.js": () => import("./embed_card.js", { with: { type: "bytes" } }),
  "embed_query.js": () => import("./embed_query.js", { with: { type: "bytes" } }),
  "embed_snippets.js": () => import("./embed_snippets.js", { with: { type: "bytes" } }),
  "error_message.js": () => import("./error_message.js", { with: { type: "bytes" } }),
  "favicon.ico": () => import("./favicon.ico", { with: { type: "bytes" } }),
  "foreign_media.js": () => import("./foreign_media.js", { with: { type: "bytes" } }),
  "format.js": () => import("./format.js", { with: { type: "bytes" } }),
  "fragment.js": () => import("./fragment.js", { with: { type: "bytes" } }),
  "highlight.js": () => import("./highlight.js", { with: { type: "bytes" } }),
  "icon.svg": () => import("./icon.svg", { with: { type: "bytes" } }),
  "inspector.css": () => import("./inspector.css", { with: { type: "bytes" } }),
  "key_request.js": () => import("./key_request.js", { with: { type: "bytes" } }),
  "lazy_panel.js": () => import("./lazy_panel.js", { with: { type: "bytes" } }),
  "libraries.js": () => import("./libraries.js", { with: { type: "bytes" } }),
  "licenses.txt": () => import("./licenses.txt", { with: { type: "bytes" } }),
  "links.css": () => import("./links.css", { with: { type: "bytes" } }),
  "links.js": () => import("./links.js", { with: { type: "bytes" } }),
  "live_edge.js": () => import("./live_edge.js", { with: { type: "bytes" } }),
  "manifest_panel.js": () => import("./manifest_panel.js", { with: { type: "bytes" } }),
  "metadata.js": () => import("./metadata.js", { with: { type: "bytes" } }),
  "page.css": () => import("./page.css", { with: { type: "bytes" } }),
  "pause.js": () => import("./pause.js", { with: { type: "bytes" } }),
  "player.css": () => import("./player.css", { with: { type: "bytes" } }),
  "player.js": () => import("./player.js", { with: { type: "bytes" } }),
  "player_card.js": () => import("./player_card.js", { with: { type: "bytes" } }),
  "player_error.js": () => import("./player_error.js", { with: { type: "bytes" } }),
  "player_keys.js": () => import("./player_keys.js", { with: { type: "bytes" } }),
  "player_message.js": () => import("./player_message.js", { with: { type: "bytes" } }),
  "player_settings.js": () => import("./player_settings.js", { with: { type: "bytes" } }),
  "protection_facts.js": () => import("./protection_facts.js", { with: { type: "bytes" } }),
  "qrcode.js": () => import("qrcode-generator", { with: { type: "bytes" } }),
  "recovery.js": () => import("./recovery.js", { with: { type: "bytes" } }),
  "retry.js": () => import("./retry.js", { with: { type: "bytes" } }),
  "segment_index.js": () => import("./segment_index.js", { with: { type: "bytes" } }),
  "shaka-player.css": () =>
    import("shaka-player/css", { with: { type: "bytes" } }).then(removeFontFaces),
  "shaka-player.js": () => import("shaka-player/ui", { with: { type: "bytes" } }),
  "shaka_setup.js": () => import("./shaka_setup.js", { with: { type: "bytes" } }),
  "statistics.js": () => import("./statistics.js", { with: { type: "bytes" } }),
  "tabs.js": () => import("./tabs.js", { with: { type: "bytes" } }),
  "text_match.js": () => import("./text_match.js", { with: { type: "bytes" } }),
  "track_panel.js": () => import("./track_panel.js", { with: { type: "bytes" } }),
  "tracks.css": () => import("./tracks.css", { with: { type: "bytes" } }),
  "uplot.css": () => import("uplot/css", { with: { type: "bytes" } }),
  "uplot.js": () => import("uplot/esm", { with: { type: "bytes" } }),
  "urls.js": () => import("./urls.js", { with: { type: "bytes" } }),
};

async function preloadModules({ default: html }: LoadedFile): Promise<LoadedFile> {
  const decoder = new TextDecoder();
  const readModule = async (name: string) => decoder.decode((await UI_ASSETS[name]!()).default);
  const text = await addModulePreloads(decoder.decode(html), readModule);
  return { default: new TextEncoder().encode(text) };
}

/** Web fonts of shaka-player would load from another host. */
function removeFontFaces({ default: css }: LoadedFile): LoadedFile {
  const text = new TextDecoder().decode(css).replace(/@font-face\s*\{[^}]*\}/g, "");
  return { default: new TextEncoder().encode(text) };
}
