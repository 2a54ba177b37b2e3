/** playwright-core, in one version for all tests. */

export {
  type Browser,
  type BrowserContext,
  chromium,
  type Locator,
  type Page,
  type Request,
} from "npm:playwright-core@1.65.1";
