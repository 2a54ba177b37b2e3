/** Debian's Chromium, driven by playwright-core. */

import { fromFileUrl, join } from "@std/path";
import { type Browser, type BrowserContext, chromium, type Page } from "./playwright.ts";
import { type Site, startSite } from "./site.ts";
import { createPageDriver, type PageDriver } from "./page_driver.ts";

const EXECUTABLE = Deno.env.get("CHROMIUM") ?? "/usr/bin/chromium";

/** Screenshots, and logs of tests that failed. */
export const OUT = fromFileUrl(new URL("./out/", import.meta.url));

/** A browser, and the site that has the page with the players. */
export interface PlayerBrowser {
  /** Its pages share a cache, so that the players are compiled once. */
  readonly context: BrowserContext;
  readonly site: Site;
}

/** Opens a browser for the tests of a file, from before the first to after the last. */
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
 * Runs a test on a new page, and closes it. When the test throws, a screenshot and all that the page logged and
 * asked for are left in `out/`.
 *
 * @param name of the test, for the file names
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

/** Runs a test in several players at once, each on a page of its own. */
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
