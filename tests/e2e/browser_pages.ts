/** Opens pages of ams in a browser, in two sizes, light and dark. Errors of the page fail the test. */

import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import type { Browser, Page } from "./playwright.ts";
import { launch, OUT } from "./browser.ts";
import { eventually } from "./page_driver.ts";

/** Viewport size and color scheme. */
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

const STEP_TIMEOUT_MS = 30_000;

/** Failure of a request that the player cancelled after a seek or a change of protocol. */
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

/** Problems of a page whose server was killed, also within a response. */
export const GONE =
  /ERR_(CONNECTION_REFUSED|CONNECTION_RESET|EMPTY_RESPONSE|FAILED|INCOMPLETE_CHUNKED_ENCODING|CONTENT_LENGTH_MISMATCH)/;

export interface PageVisit {
  readonly url: string;
  readonly appearance?: Appearance;
  /** Name of the screenshot in `out/`. */
  readonly name: string;
  /** Matches problems that the test expects. */
  readonly expected?: RegExp;
}

/**
 * Opens a page, runs a test on it, and checks that it logged no error, requested no other host and got no error status.
 *
 * @param test receives the page and the URLs requested so far
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

/** Collects errors, dialogs, failed requests and requests to other hosts. */
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
    if (!url.startsWith(`${origin}/`) && !/^(blob|data):/.test(url)) {
      problems.push(`requests ${url}`);
    }
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

/** Reads a property of the video element; undefined while there is none. */
export function readVideo<T>(page: Page, member: string): Promise<T> {
  return page.evaluate(`document.querySelector("video")?.${member}`);
}

/** Waits until the video has played for some seconds. */
export async function waitForPlayback(page: Page, seconds = 0.5): Promise<void> {
  const start = await readVideo<number>(page, "currentTime");
  await eventually(() => readVideo<number>(page, "currentTime"), (time) => time > start + seconds);
  const frames = "getVideoPlaybackQuality().totalVideoFrames";
  await eventually(() => readVideo<number>(page, frames), (count) => count > 5);
}

/** Sets `mark` of the document, which a reload would remove, and plays with a protocol. */
export async function startPlayback(page: Page, protocol: string): Promise<void> {
  await page.getByRole("button", { name: protocol, exact: true }).click();
  await eventually(() => readVideo<number>(page, "readyState"), (state) => state >= 2);
  await page.evaluate(`globalThis.mark = true; document.querySelector("video").muted = true`);
  await page.getByRole("group", { name: "Media player" }).press("k");
  await waitForPlayback(page, 1);
}
