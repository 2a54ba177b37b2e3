/** One load of a page in Chromium: when it appears, and what it transfers. */

import { launch } from "../e2e/browser.ts";
import { type PageFiles, selectFiles } from "./page_files.ts";

export interface PageLoad {
  readonly requests: number;
  /** Bytes including headers and media. */
  readonly bytes: number;
  /** First contentful paint, in milliseconds after the start of the navigation. */
  readonly paint: number;
  /** Time until the heading is there, which shows that the page has its data. In milliseconds. */
  readonly heading: number;
  /** HTML, scripts and style sheets, without libraries of others. */
  readonly files: PageFiles;
}

const RECORD_HEADING = `new MutationObserver((_, observer) => {
  if (!document.querySelector("h1")) return;
  globalThis.headingTime = performance.now();
  observer.disconnect();
}).observe(document, { childList: true, subtree: true });`;

/** Loads a page in a new browser, without a cache, until the network has been idle for half a second. Nothing plays yet. */
export async function loadPage(url: string): Promise<PageLoad> {
  const browser = await launch();
  try {
    const page = await browser.newPage();
    await page.addInitScript(RECORD_HEADING);
    await page.goto(url, { waitUntil: "networkidle" });
    const { entries, ...load } = await page.evaluate(() => {
      const loaded = ["navigation", "resource"].flatMap((type) =>
        performance.getEntriesByType(type)
      ) as unknown as { name: string; transferSize: number; encodedBodySize: number }[];
      const [paint] = performance.getEntriesByName("first-contentful-paint");
      return {
        requests: loaded.length,
        bytes: loaded.reduce((sum, { transferSize }) => sum + transferSize, 0),
        paint: paint?.startTime ?? NaN,
        heading: (globalThis as { headingTime?: number }).headingTime ?? NaN,
        entries: loaded.map(({ name, encodedBodySize }) => [name, encodedBodySize] as const),
      };
    });
    return { ...load, files: selectFiles(url, entries) };
  } finally {
    await browser.close();
  }
}
