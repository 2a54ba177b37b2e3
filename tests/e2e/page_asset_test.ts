/** The page of an asset: playback with each protocol and kind of track, and links. */

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import type { Page } from "./playwright.ts";
import { LADDER, packageLadder, serveTestdata } from "./root.ts";
import { amspackager } from "./ams.ts";
import { eventually } from "./page_driver.ts";
import {
  APPEARANCES,
  openBrowser,
  type PageVisit,
  readVideo,
  waitForPlayback,
  withPage,
} from "./browser_pages.ts";

/** Not decodable by Debian's Chromium. */
const UNDECODABLE = "test-hevc-hvc1.mp4";

const FILES = /^(ladder|pair|tone)-|^test-hevc-hvc1\./;

/** Package of H.264 and AC-3. */
const SURROUND = "surround.json";

/** A directory of files that last as long as each other. */
const TOGETHER = "together";

const served = serveTestdata(
  async (root) => {
    await packageLadder(root);
    const inputs = ["-i", "ladder-avc-240p.mp4", "-i", "tone-ac3-surround.mp4"];
    await amspackager(root, "-o", SURROUND, ...inputs);
    await Deno.mkdir(join(root, TOGETHER));
    for (const name of ["ladder-avc-360p.mp4", "ladder-avc-720p.mp4", "ladder-aac-eng.mp4"]) {
      await Deno.copyFile(join(root, name), join(root, TOGETHER, name));
    }
  },
  [],
  FILES,
);
const opened = openBrowser();

const HLS_BUTTONS = [["HLS", "/.m3u8"], ["HLS with MPEG-TS", "/ts.m3u8"]] as const;

function visitAsset(name: string, hash = ""): PageVisit {
  return { url: `${served.ams.url}/${LADDER}/${hash}`, name };
}

/** Waits until the controls exist and the first protocol is loaded. */
async function waitUntilReady(page: Page): Promise<void> {
  await page.locator("[aria-pressed=true]").waitFor();
  await eventually(() => readVideo<number>(page, "readyState"), (state) => state >= 2);
}

async function play(page: Page): Promise<void> {
  await page.evaluate(`document.querySelector("video").muted = true`);
  await page.getByRole("group", { name: "Media player" }).press("k");
  await waitForPlayback(page);
}

for (const appearance of APPEARANCES) {
  Deno.test(`the page of an asset plays DASH, HLS and HLS with MPEG-TS: ${appearance.name}`, async () => {
    await withPage(opened, { ...visitAsset("asset"), appearance }, async (page, requests) => {
      await waitUntilReady(page);
      await play(page);
      assert(requests.some((url) => url.endsWith("/.mpd")));
      for (const [protocol, manifest] of HLS_BUTTONS) {
        const before = await readVideo<number>(page, "currentTime");
        await page.getByRole("button", { name: protocol, exact: true }).click();
        await eventually(
          () => Promise.resolve(requests),
          () => requests.some((url) => url.endsWith(manifest)),
        );
        await eventually(() => readVideo<boolean>(page, "paused"), (paused) => !paused);
        await waitForPlayback(page);
        assert(await readVideo<number>(page, "currentTime") > before); // continues at the same time
      }
    });
  });
}

/** Clicks a choice of a submenu of the player controls. */
async function chooseSetting(page: Page, menu: string, choice: string): Promise<void> {
  await page.getByRole("group", { name: "Media player" }).hover();
  await page.getByRole("button", { name: "More settings" }).click();
  await page.getByRole("button", { name: menu }).click();
  await page.locator(".shaka-sub-menu:visible").getByText(choice, { exact: true }).click();
  await page.keyboard.press("Escape");
}

async function chooseSubtitles(page: Page, choice: string): Promise<void> {
  await page.getByRole("group", { name: "Media player" }).hover();
  await page.getByRole("button", { name: "Captions" }).click();
  await page.locator(".shaka-text-languages:visible").getByText(choice, { exact: true }).click();
}

/** Returns the names of the tracks that the table marks as playing. */
async function getPlayingNames(page: Page): Promise<string[]> {
  return await page.locator("tr.playing").evaluateAll((rows) =>
    rows.map((row) => row.getAttribute("data-name")!)
  );
}

Deno.test("the page of an asset switches quality, audio, subtitles and speed", async () => {
  await withPage(opened, visitAsset("switches"), async (page) => {
    await waitUntilReady(page);
    await play(page);
    await chooseSetting(page, "Resolution", "240p");
    await eventually(() => readVideo<number>(page, "videoHeight"), (height) => height === 240);
    await chooseSetting(page, "Language", "French");
    await eventually(
      () => getPlayingNames(page),
      (names) => names.some((it) => it.startsWith("audio_fra")),
    );
    await chooseSetting(page, "Playback speed", "2,0");
    await eventually(() => readVideo<number>(page, "playbackRate"), (rate) => rate === 2);
    await chooseSubtitles(page, "English");
    await eventually(() => getPlayingNames(page), (names) => names.includes("caption_eng"));
  });
});

Deno.test("the page of an asset shows subtitles and thumbnails", async () => {
  await withPage(opened, visitAsset("thumbnails"), async (page) => {
    await waitUntilReady(page);
    await page.getByRole("group", { name: "Media player" }).hover();
    const { x, y, width, height } = (await page.locator(".shaka-seek-bar").boundingBox())!;
    await page.mouse.move(x + width / 2, y + height / 2, { steps: 3 });
    const image = page.locator(".shaka-player-ui-thumbnail-image");
    await eventually(() => image.getAttribute("src"), (src) => /\.jpg$/.test(src ?? ""));
    await chooseSubtitles(page, "English");
    await page.evaluate(`document.querySelector("video").currentTime = 2.5`);
    const text = page.locator(".shaka-text-container");
    await eventually(() => text.innerText(), (text) => text !== "");
  });
});

Deno.test("the page of an asset lists its tracks", async () => {
  await withPage(opened, visitAsset("tracks"), async (page) => {
    const row = page.locator("tr", { hasText: "ladder-avc-720p.mp4" });
    const text = (await row.innerText()).replace(/\s+/g, " ");
    assert(
      /^video_und=\d+ (playing )?H\.264 avc1\.64001F 1280×720 · 25 fps [\d.]+ kbit\/s [\d.]+ kbit\/s 6 /
        .test(
          text,
        ),
      text,
    );
    const audio = await page.locator("tr", { hasText: "ladder-aac-fra.mp4" }).innerText();
    assert(/AAC\s+mp4a\.40\.2\s+stereo · 48 kHz/.test(audio), audio);
    assertEquals(await page.locator("tr.set").allInnerTexts(), [
      "Thumbnails",
      "Video",
      "Audio · English",
      "Subtitles · English",
      "Audio · French · Français",
      "Subtitles · French · Français",
    ]);
  });
});

Deno.test("the page of an asset marks the tracks that are playing, and shows statistics", async () => {
  await withPage(opened, visitAsset("statistics"), async (page) => {
    await waitUntilReady(page);
    await page.locator("summary", { hasText: "Statistics" }).click();
    await play(page);
    const list = page.locator(".statistics");
    await eventually(
      async () => (await list.innerText()).replace(/\s+/g, " "),
      (text) =>
        /Playing video_und=\d+, audio_eng=\d+ Size \d+×\d+ Bitrate [\d.]+ kbit\/s/.test(text) &&
        /Buffer [\d.]+ s Frames \d+ frames, \d+ dropped/.test(text),
    );
    assertEquals(await page.locator("tr.playing .chip:visible").count(), 2);
    await page.getByRole("tab", { name: "Segments" }).click();
    await eventually(
      () => page.locator(".toggle .chip:visible").count(),
      (count) => count === 2,
    );
  });
});

Deno.test("the page of an asset plays with Space and k, but not while a field has the focus", async () => {
  await withPage(opened, visitAsset("page-keys", "#segments"), async (page) => {
    await waitUntilReady(page);
    const untilPaused = (expected: boolean) =>
      eventually(() => readVideo<boolean>(page, "paused"), (paused) => paused === expected);
    await page.keyboard.press("Space");
    await untilPaused(false);
    await page.keyboard.press("k");
    await untilPaused(true);
    await page.getByRole("tab", { name: "Segments" }).focus();
    await page.keyboard.press("k");
    await untilPaused(false);
    await page.getByLabel("Markers for").focus();
    await page.keyboard.press("k");
    await page.getByRole("tab", { name: "Manifests" }).focus();
    await page.keyboard.press("Space"); // selects the tab
    await page.getByLabel("Document").waitFor();
    assertEquals(await readVideo<boolean>(page, "paused"), false);
  });
});

Deno.test("the page of an asset with MP3 plays as MPEG-TS", async () => {
  const url = `${served.ams.url}/tone-mp3-stereo.mp4/`;
  await withPage(opened, { url, name: "mp3" }, async (page, requests) => {
    await waitUntilReady(page);
    await page.getByText("plays in MPEG-TS only").waitFor();
    await page.getByRole("group", { name: "Media player" }).press("k");
    await eventually(() => readVideo<number>(page, "currentTime"), (time) => time > 0.5);
    assert(requests.some((it) => it.endsWith("/ts.m3u8")));
    assertEquals(await page.locator(".problem").isVisible(), false);
  });
});

Deno.test("the page of an asset names the audio track that the browser cannot decode, and plays without it", async () => {
  const url = `${served.ams.url}/${SURROUND}/`;
  const expected = /4032|UNSUPPORTED/;
  await withPage(opened, { url, name: "surround", expected }, async (page) => {
    await page.getByText(/cannot decode the audio track audio_und=\d+ \(AC-3\)/).waitFor();
    await page.getByRole("button", { name: "Play without audio" }).click();
    await waitUntilReady(page);
    await play(page);
  });
});

Deno.test("the page of an asset copies URLs and commands", async () => {
  await withPage(opened, visitAsset("links"), async (page) => {
    const base = `${served.ams.url}/${LADDER}/`;
    const copies: [label: string, text: string][] = [
      ["DASH", `${base}.mpd`],
      ["HLS", `${base}.m3u8`],
      ["HLS with MPEG-TS", `${base}ts.m3u8`],
      ["Smooth Streaming", `${base}Manifest`],
      ["ffplay", `ffplay ${base}.m3u8`],
      ["VLC", `vlc ${base}.m3u8`],
    ];
    for (const [label, text] of copies) {
      await page.getByRole("button", { name: `Copy ${label}`, exact: true }).click();
      await eventually(
        () => page.evaluate<string>("navigator.clipboard.readText()"),
        (copied) => copied === text,
      );
    }
  });
});

Deno.test("the page of an asset draws a QR code on demand", async () => {
  await withPage(opened, visitAsset("qr"), async (page, requests) => {
    await page.getByText("QR code").waitFor();
    assert(!requests.some((url) => url.includes("qrcode")));
    await page.getByText("QR code").click();
    await page.getByRole("img", { name: `QR code of ${served.ams.url}/${LADDER}/` }).waitFor();
    await page.getByText("refers to this computer only").waitFor();
    await page.getByLabel("Link to").selectOption("HLS");
    await page.getByRole("img", { name: `QR code of ${served.ams.url}/${LADDER}/.m3u8` }).waitFor();
  });
});

Deno.test("the page of a directory plays its files as one presentation", async () => {
  const url = `${served.ams.url}/${TOGETHER}/?play`;
  await withPage(opened, { url, name: "together" }, async (page, requests) => {
    await page.getByRole("heading", { name: TOGETHER }).waitFor();
    await page.locator("tr", { hasText: "ladder-avc-720p.mp4" }).waitFor();
    await waitUntilReady(page);
    assert(requests.includes(`${served.ams.url}/${TOGETHER}/.mpd`));
  });
});

Deno.test("the page of a media file plays it with the qualities next to it", async () => {
  const url = `${served.ams.url}/${TOGETHER}/ladder-avc-720p.mp4/`;
  await withPage(opened, { url, name: "sidecars" }, async (page) => {
    await waitUntilReady(page);
    await page.locator("tr", { hasText: "ladder-avc-360p.mp4" }).waitFor();
  });
});

Deno.test("the page of an asset that the browser cannot decode shows an error", async () => {
  const url = `${served.ams.url}/${UNDECODABLE}/`;
  await withPage(
    opened,
    { url, name: "undecodable", expected: /4032|UNSUPPORTED/ },
    async (page) => {
      await page.getByText(/supports none of the codecs: .* Try a command under “Links”/).waitFor();
      await page.locator("tr", { hasText: "not supported by this browser" }).waitFor();
      await page.goto(`${url}?embed`); // which has no links
      await page.getByText(/^This browser supports none of the codecs: HEVC\.$/).waitFor();
    },
  );
});

Deno.test("the page of a missing asset is a 404", async () => {
  const url = `${served.ams.url}/nothing.json/`;
  await withPage(opened, { url, name: "absent", expected: /404/ }, async (page) => {
    assert((await page.content()).includes("nothing.json"));
  });
});
