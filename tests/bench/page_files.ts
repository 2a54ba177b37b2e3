/** HTML, scripts and style sheets that a page transfers. */

import { formatFigure } from "./table.ts";

/** Files of the page by name: bytes of the body as sent, compressed. The document is `""`. */
export type PageFiles = Readonly<Record<string, number>>;

/** What the page takes from npm, which `ams` does not write. */
const LIBRARIES = /^(shaka-player|uplot|qrcode)\./;

/** @param entries URLs with the bytes of their bodies */
export function selectFiles(
  page: string,
  entries: readonly (readonly [url: string, bytes: number])[],
): PageFiles {
  return Object.fromEntries(entries.flatMap(([url, bytes]) => {
    if (url === page) return [["", bytes]];
    const [, name] = /\/\.ams\/[0-9a-f]+\/([^/]+\.(?:js|css))$/.exec(url) ?? [];
    return name === undefined || LIBRARIES.test(name) ? [] : [[name, bytes]];
  }));
}

/** Files that are new have a row of their own: their names tell which features they are for. */
export function formatFiles(label: string, before: PageFiles, after: PageFiles): string[][] {
  const row = (text: string, old: number | undefined, now: number) => [
    `${label}: ${text}`,
    old === undefined ? "" : (old / 1000).toFixed(1),
    (now / 1000).toFixed(1),
    old === undefined ? "" : formatFigure(now / old),
  ];
  const names = Object.keys(after);
  const kept = names.filter((name) => name in before);
  const sum = (files: PageFiles, names: readonly string[]) =>
    names.reduce((total, name) => total + files[name]!, 0);
  return [
    row("kB of HTML, scripts and styles", sum(before, Object.keys(before)), sum(after, names)),
    row("of it in files that both have", sum(before, kept), sum(after, kept)),
    ...names.filter((name) => !(name in before))
      .sort((a, b) => after[b]! - after[a]!).map((name) => row(name, undefined, after[name]!)),
  ];
}
