/** Pages of ams in a browser: of two sizes, light and dark. What a page must not do fails the test that had it open. */

import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import type { Browser, Page } from "./playwright.ts";
import { launch, OUT } from "./browser.ts";
import { eventually } from "./page_driver.ts";

/** How a person looks at it. */
export interface Appearance {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly colorScheme: "light" | "dark";
}

const DESKTOP = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 844 };

export const DESKTOP_LIGHT: Appearance = {
  name: "desktop-light",
  colorScheme: "light",
  ...DESKTOP,
};
export const DESKTOP_DARK: Appearance = { name: "desktop-dark", colorScheme: "dark", ...DESKTOP };

export const APPEARANCES: readonly Appearance[] = [
  DESKTOP_LIGHT,
  DESKTOP_DARK,
  { name: "phone-light", colorScheme: "light", ...PHONE },
  { name: "phone-dark", colorScheme: "dark", ...PHONE },
];

/** No step takes longer, unless it hangs. In milliseconds. */
const STEP_TIMEOUT_MS = 30_000;

/** A request that a seek or another form made needless. */
const ABORTED = "net::ERR_ABORTED";

/** A browser for the tests of a file, from before the first to after the last. */
export function openBrowser(): { readonly browser: Browser } {
  const opened = {} as { browser: Browser };
  const open = new AsyncDisposableStack();
  Deno.test.beforeAll(async () => {
    opened.browser = await launch();
    open.defer(() => opened.browser.close());
  });
  Deno.test.afterAll(() => open.disposeAsync());
  return opened;
}

export interface PageVisit {
  readonly url: string;
  readonly appearance?: Appearance;
  /** Of the screenshot in `out/`. */
  readonly name: string;
  /** Answers that the test means to get. */
  readonly expected?: RegExp;
}

/**
 * Opens a page, and looks afterwards whether it complained, asked another host, or was refused anything.
 *
 * @param test gets the page, and the URLs of what it asked for so far
 */
export async function withPage(
  { browser }: { readonly browser: Browser },
  { url, appearance = DESKTOP_LIGHT, name, expected }: PageVisit,
  test: (page: Page, requests: readonly string[]) => Promise<void>,
): Promise<void> {
  const { width, height, colorScheme } = appearance;
  const touch = width < 500;
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme,
    hasTouch: touch,
    isMobile: touch,
    permissions: ["clipboard-read", "clipboard-write"],
  });
  context.setDefaultTimeout(STEP_TIMEOUT_MS);
  const page = await context.newPage();
  const requests: string[] = [];
  const problems = collectProblems(page, new URL(url).origin, requests);
  try {
    await page.goto(url);
    await test(page, requests);
  } finally {
    await page.screenshot({ path: join(OUT, `page-${name}-${appearance.name}.png`) });
    await context.close();
  }
  assertEquals(problems.filter((it) => !expected?.test(it)), []);
}

/** Gathers what a page must not do. */
function collectProblems(page: Page, origin: string, requests: string[]): string[] {
  const problems: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") problems.push(message.text());
  });
  page.on("pageerror", (error) => problems.push(String(error.stack)));
  page.on("dialog", (dialog) => problems.push(`dialog: ${dialog.message()}`));
  page.on("request", (request) => {
    const url = request.url();
    requests.push(url);
    if (!url.startsWith(`${origin}/`) && !/^(blob|data):/.test(url)) problems.push(`asks ${url}`);
  });
  page.on("response", (response) => {
    if (response.status() >= 400) problems.push(`${response.status()} ${response.url()}`);
  });
  page.on("requestfailed", (request) => {
    const why = request.failure()?.errorText;
    if (why !== ABORTED) problems.push(`${why} ${request.url()}`);
  });
  return problems;
}

/** What the video of the page says of itself; undefined while there is none. */
export function readVideo<T>(page: Page, member: string): Promise<T> {
  return page.evaluate(`document.querySelector("video")?.${member}`);
}

/** Waits until the picture has moved on by some seconds. */
export async function waitForPlayback(page: Page, seconds = 0.5): Promise<void> {
  const start = await readVideo<number>(page, "currentTime");
  await eventually(() => readVideo<number>(page, "currentTime"), (time) => time > start + seconds);
  const frames = "getVideoPlaybackQuality().totalVideoFrames";
  await eventually(() => readVideo<number>(page, frames), (count) => count > 5);
}
