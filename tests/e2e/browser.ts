/** Chromium, controlled through playwright-core. */

import { fromFileUrl, join } from "@std/path";
import { type Browser, type BrowserContext, chromium, type Page } from "./playwright.ts";
import { type Site, startSite } from "./site.ts";
import { createPageDriver, type PageDriver } from "./page_driver.ts";

const EXECUTABLE = Deno.env.get("CHROMIUM") ?? "/usr/bin/chromium";

/** Directory of screenshots and logs of failed tests. */
export const OUT = fromFileUrl(new URL("./out/", import.meta.url));

/** A browser, and the site that serves the page with the players. */
export interface PlayerBrowser {
  /** Shared by all pages, so that the players are compiled once. */
  readonly context: BrowserContext;
  readonly site: Site;
}

/** Opens a browser before the first test of a file, and closes it after the last. */
export function openPlayerBrowser(): PlayerBrowser {
  const opened = {} as { context: BrowserContext; site: Site };
  const open = new AsyncDisposableStack();
  Deno.test.beforeAll(async () => {
    opened.site = open.use(startSite());
    const browser = await launch();
    open.defer(() => browser.close());
    opened.context = await browser.newContext();
  });
  Deno.test.afterAll(() => open.disposeAsync());
  return opened;
}

export function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: EXECUTABLE,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--autoplay-policy=no-user-gesture-required",
    ],
  });
}

/**
 * Runs a test on a new page. When the test throws, a screenshot and a log of console messages and requests are written
 * to `out/`.
 *
 * @param name of the test, for file names
 */
export async function withPlayerPage(
  { context, site }: PlayerBrowser,
  name: string,
  test: (driver: PageDriver) => Promise<void>,
): Promise<void> {
  const page = await context.newPage();
  const log = recordLog(page);
  try {
    await page.goto(site.url);
    await page.waitForFunction("window.driver");
    await test(createPageDriver(page));
  } catch (error) {
    await saveFailure(page, name, [...log, String(error)]);
    throw error;
  } finally {
    await page.close();
  }
}

/** Runs a test in several players concurrently, each on a page of its own. */
export async function withPlayers(
  browser: PlayerBrowser,
  { players, name }: { players: readonly string[]; name: string },
  test: (driver: PageDriver, player: string) => Promise<void>,
): Promise<void> {
  await Promise.all(
    players.map((player) =>
      withPlayerPage(browser, `${player} ${name}`, (driver) => test(driver, player))
    ),
  );
}

function recordLog(page: Page): string[] {
  const log: string[] = [];
  page.on("console", (message) => log.push(message.text()));
  page.on("pageerror", (error) => log.push(String(error)));
  page.on("response", (response) => log.push(`${response.status()} ${response.url()}`));
  page.on(
    "requestfailed",
    (request) => log.push(`${request.failure()?.errorText} ${request.url()}`),
  );
  return log;
}

async function saveFailure(page: Page, name: string, log: string[]): Promise<void> {
  const path = join(OUT, name.replace(/[^\w.-]+/g, "-"));
  await Deno.mkdir(OUT, { recursive: true });
  const state = await page.evaluate("JSON.stringify(globalThis.driver?.state())").catch(String);
  await Deno.writeTextFile(`${path}.log`, [...log, state].join("\n"));
  await page.screenshot({ path: `${path}.png` });
}
