/** The page of protected assets: playback where the server gives the keys, and who has them elsewhere. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import axe from "npm:axe-core@4.14.1/axe.min.js" with { type: "text" };
import { SECRETS, signAkamaiToken } from "../access/tokens.ts";
import { PLAYREADY_TEST_SEED } from "../drm/vectors.ts";
import { amspackager } from "./ams.ts";
import {
  APPEARANCES,
  DESKTOP_LIGHT,
  openBrowser,
  readVideo,
  waitForPlayback,
  withPage,
} from "./browser_pages.ts";
import { eventually } from "./page_driver.ts";
import type { Page } from "./playwright.ts";
import { LADDER_FILES, serveTestdata } from "./root.ts";

const FILES = /^ladder-/;

/** Name, arguments of amspackager. */
const PACKAGES: [name: string, ...args: string[]][] = [
  ["cenc.json", "--protect", "cenc"],
  ["cbcs.json", "--protect", "cbcs", "--key-per", "resolution"],
  ["aes-128.json", "--protect", "aes-128"],
];

const { videos: [small, , large], english, french, thumbnails } = LADDER_FILES;

async function packageProtected(root: string): Promise<void> {
  const hidden = join(root, ".media");
  await Deno.mkdir(hidden);
  for (const { name, isFile } of [...Deno.readDirSync(root)]) {
    if (isFile) await Deno.rename(join(root, name), join(hidden, name));
  }
  for (const [name, ...args] of PACKAGES) {
    for (const [prefix, source] of [["", "house"], ["vendor-", "vendor"]] as const) {
      const inputs = [small!, large!, thumbnails, ...english].flatMap((file) => [
        "-i",
        `.media/${file}`,
      ]);
      const more = french.flatMap((file) => ["-i", `.media/${file}`, "-l", "fra"]);
      const protect = [...args, "--content", "heat", "--key-source", source];
      await amspackager(root, "-o", prefix + name, "-d", "2", ...protect, ...inputs, ...more);
    }
  }
}

const directory = Deno.makeTempDirSync({ prefix: "ams-e2e-keys-" });
const keyFile = join(directory, "keys.json");
Deno.writeTextFileSync(
  keyFile,
  JSON.stringify({
    ams: 1,
    sources: {
      house: { seed: PLAYREADY_TEST_SEED },
      vendor: { seed: PLAYREADY_TEST_SEED, systems: ["widevine", "playready", "fairplay"] },
    },
  }),
  { mode: 0o600 },
);
Deno.test.afterAll(() => Deno.removeSync(directory, { recursive: true }));

const authFile = join(directory, "auth.json");
const policies = [{ path: "/", tokens: ["akamai"], keys: ["first"] }];
Deno.writeTextFileSync(
  authFile,
  JSON.stringify({ keys: { first: { hmac: SECRETS.first } }, policies }),
);

const open = serveTestdata(packageProtected, ["--keys", keyFile, "--serve-keys", "open"], FILES);
const closed = serveTestdata(packageProtected, ["--keys", keyFile], FILES);
const restricted = serveTestdata(
  packageProtected,
  ["--keys", keyFile, "--serve-keys", "access", "--auth", authFile],
  FILES,
);
const opened = openBrowser();

async function play(page: Page): Promise<void> {
  await page.locator("[aria-pressed=true]").waitFor();
  await eventually(() => readVideo<number>(page, "readyState"), (state) => state >= 2);
  await page.evaluate(`document.querySelector("video").muted = true`);
  await page.getByRole("group", { name: "Media player" }).press("k");
  await waitForPlayback(page);
}

const playable: [name: string, ...protocols: string[]][] = [
  ["cenc.json", "DASH", "HLS"],
  ["cbcs.json", "DASH", "HLS"],
  ["vendor-cbcs.json", "DASH", "HLS"],
  ["aes-128.json", "HLS", "HLS with MPEG-TS"],
];

for (const [name, first, second] of playable) {
  Deno.test(`the page plays ${name} over ${first} and ${second}`, async () => {
    const url = `${open.ams.url}/${name}/`;
    await withPage(opened, { url, name: `protection-${name}` }, async (page) => {
      await play(page);
      await page.getByRole("button", { name: second!, exact: true }).click();
      await eventually(() => readVideo<boolean>(page, "paused"), (paused) => !paused);
      await waitForPlayback(page);
    });
  });
}

for (const name of ["cbcs.json", "aes-128.json"]) {
  Deno.test(`the page plays ${name} with a token in its query`, async () => {
    const exp = Math.floor(Date.now() / 1000) + 600;
    const token = signAkamaiToken({ acl: `/${name}/*`, exp });
    const url = `${restricted.ams.url}/${name}/?token=${token}`;
    await withPage(opened, { url, name: `protection-token-${name}` }, (page) => play(page));
  });
}

/** Runs axe-core, and returns a line for each violation. */
async function findViolations(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  return await page.evaluate<string[]>(`axe.run().then(({ violations }) =>
    violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => id + ": " + html)))`);
}

for (const appearance of APPEARANCES) {
  Deno.test(`the page of a protected asset shows who has the keys: ${appearance.name}`, async () => {
    const url = `${closed.ams.url}/vendor-cbcs.json/`;
    const expected = /404/; // no license
    const visit = { url, name: "protection-closed", appearance, expected };
    await withPage(opened, visit, async (page, requests) => {
      const text = "the license servers of Widevine, PlayReady and FairPlay have them (cbcs)";
      await page.getByText(text).waitFor();
      await page.getByText("3 key IDs").click();
      const facts = await page.locator(".protection").innerText();
      assertStringIncludes(facts, "Protected: cbcs · Widevine, PlayReady, FairPlay");
      for (const kid of ["75794092-4434-8559-bd33-c5716f3ba359", "sd", "hd", "audio"]) {
        assertStringIncludes(facts, kid);
      }
      assertEquals(requests.filter((url) => /\.mpd|\.m4s/.test(url)), []);
      assertEquals(await findViolations(page), []);
    });
  });
}

Deno.test("the page of an aes-128 asset shows that the operator has the keys", async () => {
  const url = `${closed.ams.url}/aes-128.json/`;
  const visit = { url, name: "protection-aes", expected: /500/ };
  await withPage(opened, visit, async (page) => {
    await page.getByText("the key server of the operator has them (aes-128)").waitFor();
  });
});

Deno.test("the inspector shows the boxes of protection, and none of whole encrypted segments", async () => {
  const visits = [
    ["cbcs.json", "Sample Encryption"],
    ["aes-128.json", "AES-128 encrypts whole segments"],
  ];
  for (const [name, text] of visits) {
    const url = `${open.ams.url}/${name}/#boxes`;
    await withPage(opened, { url, name: `protection-boxes-${name}` }, async (page) => {
      await page.getByRole("tab", { name: "Boxes" }).click();
      await page.getByRole("button", { name: "Next ›" }).click();
      await page.getByText(text!).first().waitFor();
    });
  }
});

Deno.test("the page of a directory shows a lock", async () => {
  const visit = { url: `${open.ams.url}/`, name: "protection-directory" };
  await withPage(opened, { ...visit, appearance: DESKTOP_LIGHT }, async (page) => {
    await page.getByText(/^\d+ entries$/).waitFor();
    const locks = page.getByRole("img", { name: /^protected with / });
    assert(await locks.count() === 2 * PACKAGES.length);
    assertEquals(await findViolations(page), []);
  });
});
