/** Pages of ams in a browser: of two sizes, light and dark. What a page must not do fails the test that had it open. */

import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import type { Browser, Page } from "./playwright.ts";
import { launch, OUT } from "./browser.ts";
import { eventually } from "./page_driver.ts";

/** How a person looks at it. */
export interface Look {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly colorScheme: "light" | "dark";
}

const DESKTOP = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 844 };

export const DESKTOP_LIGHT: Look = { name: "desktop-light", colorScheme: "light", ...DESKTOP };
export const DESKTOP_DARK: Look = { name: "desktop-dark", colorScheme: "dark", ...DESKTOP };

export const LOOKS: readonly Look[] = [
  DESKTOP_LIGHT,
  DESKTOP_DARK,
  { name: "phone-light", colorScheme: "light", ...PHONE },
  { name: "phone-dark", colorScheme: "dark", ...PHONE },
];

/** No step takes longer, unless it hangs. In milliseconds. */
const LONGEST = 30_000;

/** A request that a seek or another form made needless. */
const GIVEN_UP = "net::ERR_ABORTED";

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

export interface Visit {
  readonly url: string;
  readonly look?: Look;
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
export async function onVisit(
  { browser }: { readonly browser: Browser },
  { url, look = DESKTOP_LIGHT, name, expected }: Visit,
  test: (page: Page, asked: readonly string[]) => Promise<void>,
): Promise<void> {
  const { width, height, colorScheme } = look;
  const touch = width < 500;
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme,
    hasTouch: touch,
    isMobile: touch,
    permissions: ["clipboard-read", "clipboard-write"],
  });
  context.setDefaultTimeout(LONGEST);
  const page = await context.newPage();
  const asked: string[] = [];
  const troubles = watch(page, new URL(url).origin, asked);
  try {
    await page.goto(url);
    await test(page, asked);
  } finally {
    await page.screenshot({ path: join(OUT, `page-${name}-${look.name}.png`) });
    await context.close();
  }
  assertEquals(troubles.filter((it) => !expected?.test(it)), []);
}

/** Gathers what a page must not do. */
function watch(page: Page, origin: string, asked: string[]): string[] {
  const troubles: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") troubles.push(message.text());
  });
  page.on("pageerror", (error) => troubles.push(String(error.stack)));
  page.on("dialog", (dialog) => troubles.push(`dialog: ${dialog.message()}`));
  page.on("request", (request) => {
    const url = request.url();
    asked.push(url);
    if (!url.startsWith(`${origin}/`) && !/^(blob|data):/.test(url)) troubles.push(`asks ${url}`);
  });
  page.on("response", (response) => {
    if (response.status() >= 400) troubles.push(`${response.status()} ${response.url()}`);
  });
  page.on("requestfailed", (request) => {
    const why = request.failure()?.errorText;
    if (why !== GIVEN_UP) troubles.push(`${why} ${request.url()}`);
  });
  return troubles;
}

/** What the video of the page says of itself; undefined while there is none. */
export function video<T>(page: Page, member: string): Promise<T> {
  return page.evaluate(`document.querySelector("video")?.${member}`);
}

/** Waits until the picture has moved on by some seconds. */
export async function moves(page: Page, seconds = 0.5): Promise<void> {
  const start = await video<number>(page, "currentTime");
  await eventually(() => video<number>(page, "currentTime"), (time) => time > start + seconds);
  const frames = "getVideoPlaybackQuality().totalVideoFrames";
  await eventually(() => video<number>(page, frames), (count) => count > 5);
}
