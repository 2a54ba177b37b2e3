/** What the page is made of: files of this folder, and built files of npm packages. All of it is embedded in the binary. */

/** Reads a file of the page, when it is first asked for. */
export type Load = () => Promise<{ readonly default: Uint8Array<ArrayBuffer> }>;

/** What browsers get at `<folder>/` and `<pkg>/`. In these, `"/.ams/` stands for where the files below are. */
export const PAGES: Readonly<Record<"folder" | "title", Load>> = {
  folder: () => import("./folder.html", { with: { type: "bytes" } }),
  title: () => import("./title.html", { with: { type: "bytes" } }),
};

/** What they ask for after that, by name: as files of one folder, so that modules import each other. */
export const ASSETS: Readonly<Record<string, Load>> = {
  "dom.js": () => import("./dom.js", { with: { type: "bytes" } }),
  "format.js": () => import("./format.js", { with: { type: "bytes" } }),
  "icon.svg": () => import("./icon.svg", { with: { type: "bytes" } }),
  "shaka-player.css": () => import("shaka-player/css", { with: { type: "bytes" } }),
  "shaka-player.js": () => import("shaka-player/ui", { with: { type: "bytes" } }),
};
