/** Firefox, controlled over WebDriver BiDi by puppeteer-core: playwright-core needs a Firefox of its own. */

import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import puppeteer, { type Browser, type Page } from "npm:puppeteer-core@25.16.0";
import { OUT } from "./browser.ts";

export type { Frame, Page } from "npm:puppeteer-core@25.16.0";

const EXECUTABLE = Deno.env.get("FIREFOX") ?? "/usr/bin/firefox-esr";

/** Of the start, of each command, and of waits of puppeteer-core. A loaded machine is slow. */
const TIMEOUT_MS = 60_000;

const VIEWPORT = { width: 1280, height: 800 };

const PREFERENCES = {
  "dom.events.testing.asyncClipboard": true, // pages read what they have copied
};

/** Failure of a request that the player cancelled after a seek or a change of protocol. */
const ABORTED = /NS_BINDING_ABORTED/;

/** A browser for the tests of a file, from before the first to after the last. */
export function openFirefox(): { readonly firefox: Browser } {
  const opened = {} as { firefox: Browser };
  Deno.test.beforeAll(async () => {
    opened.firefox = await puppeteer.launch({
      browser: "firefox",
      executablePath: EXECUTABLE,
      headless: true,
      timeout: TIMEOUT_MS,
      protocolTimeout: TIMEOUT_MS,
      defaultViewport: VIEWPORT,
      extraPrefsFirefox: PREFERENCES,
    });
  });
  Deno.test.afterAll(() => opened.firefox.close());
  return opened;
}

export interface FirefoxVisit {
  readonly url: string;
  /** Name of the screenshot in `out/`. */
  readonly name: string;
  /** Without a trailing slash: of the page, and of what it embeds. */
  readonly origins: readonly string[];
}

/**
 * Opens a page, runs a test on it, and checks that it logged no error, requested no other host and got no error status.
 *
 * @param test receives the page and the URLs requested so far
 */
export async function withFirefoxPage(
  { firefox }: { readonly firefox: Browser },
  { url, name, origins }: FirefoxVisit,
  test: (page: Page, requests: readonly string[]) => Promise<void>,
): Promise<void> {
  const page = await firefox.newPage();
  page.setDefaultTimeout(TIMEOUT_MS);
  const requests: string[] = [];
  const problems = collectProblems(page, origins, requests);
  try {
    await page.goto(url);
    await test(page, requests);
    assertEquals(problems, []); // before the end of the page cancels requests
  } finally {
    await Deno.mkdir(OUT, { recursive: true });
    await page.screenshot({ path: join(OUT, `firefox-${name}.png`) });
    await page.close();
  }
}

/** Collects errors, failed requests and requests to other hosts. */
function collectProblems(page: Page, origins: readonly string[], requests: string[]): string[] {
  const problems: string[] = [];
  page.on("console", (message) => {
    const type = message.type();
    if (type === "error" || type === "warn") problems.push(`${type}: ${message.text()}`);
  });
  page.on("pageerror", (error) => problems.push(String(error)));
  page.on("request", (request) => {
    const url = request.url();
    requests.push(url);
    const isOwn = origins.some((origin) => url.startsWith(`${origin}/`));
    if (!isOwn && !/^(blob|data):/.test(url)) problems.push(`requests ${url}`);
  });
  page.on("response", (response) => {
    if (response.status() >= 400) problems.push(`${response.status()} ${response.url()}`);
  });
  page.on("requestfailed", (request) => {
    const why = request.failure()?.errorText ?? "";
    if (!ABORTED.test(why)) problems.push(`${why} ${request.url()}`);
  });
  return problems;
}
