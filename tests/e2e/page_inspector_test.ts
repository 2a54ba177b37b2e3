/** The inspector: chart, manifests and boxes show the content of the files. */

import { assert, assertEquals } from "@std/assert";
import type { Page } from "./playwright.ts";
import type { AssetInfo, RenditionInfo } from "../../lib/ui/asset_info.js";
import { formatBitrate, formatBytes } from "../../lib/ui/format.js";
import { amspackager } from "./ams.ts";
import { LADDER, packageLadder, serveTestdata } from "./root.ts";
import { eventually } from "./page_driver.ts";
import { APPEARANCES, openBrowser, type PageVisit, readVideo, withPage } from "./browser_pages.ts";

/** Two renditions whose key frames are not aligned. */
const MISALIGNED_FILES = ["test-avc-baseline.mp4", "test-avc-scenecuts.mp4"];

const served = serveTestdata(async (root) => {
  await packageLadder(root);
  const inputs = MISALIGNED_FILES.flatMap((file) => ["-i", file]);
  await amspackager(root, "-o", "misaligned.json", "-d", "1", ...inputs);
});
const opened = openBrowser();

function visitTab(name: string, tab: string, asset = LADDER): PageVisit {
  return { url: `${served.ams.url}/${asset}/#${tab}`, name };
}

async function fetchInfo(asset: string): Promise<AssetInfo> {
  return await (await fetch(`${served.ams.url}/${asset}/about.json`)).json();
}

async function fetchFirstVideo(asset = LADDER): Promise<RenditionInfo> {
  return (await fetchInfo(asset)).renditions.find(({ type }) => type === "video")!;
}

/** Counts the opaque pixels of the chart: more than its axes have once the data is drawn. */
async function countDrawnPixels(page: Page): Promise<number> {
  return await page.evaluate<number>(`(() => {
    const canvas = document.querySelector(".chart canvas");
    if (!canvas) return 0;
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    let count = 0;
    for (let i = 3; i < data.length; i += 4) if (data[i] > 0) count++;
    return count;
  })()`);
}

for (const appearance of APPEARANCES) {
  Deno.test(`the chart shows each segment: ${appearance.name}`, async () => {
    const { name, segments } = await fetchFirstVideo();
    await withPage(opened, { ...visitTab("chart", "segments"), appearance }, async (page) => {
      await eventually(() => countDrawnPixels(page), (count) => count > 1000);
      const over = page.locator(".chart .u-over");
      await over.scrollIntoViewIfNeeded();
      const { width } = (await over.boundingBox())!;
      const at = { x: width * 3 / 12, y: 100 }; // at 3 s of 12: in the second segment
      await over.click({ position: at });
      const [bytes, url] = [
        segments.bytes![1]!,
        segments.url.replace("$Time$", String(segments.times[1])),
      ];
      const facts = await page.locator(".segment").innerText();
      assertEquals(
        facts.replace(/\s+/g, " "),
        `Segment 2 of 6 · 2 s to 4 s · ${formatBytes(bytes)} · ${formatBitrate(4 * bytes)} ${url}`,
      );
      if (appearance.width < 500) return; // phones have no hover
      await over.hover({ position: at });
      const tip = (await page.locator(".tip").innerText()).replace(/\s+/g, " ");
      assert(
        /^(2\.9|3)\d* s /.test(tip) && tip.includes(name) && tip.includes(formatBytes(bytes)),
        tip,
      );
      assert(tip.endsWith(url), tip);
    });
  });
}

Deno.test("the chart follows playback, zooms, and plays from a segment", async () => {
  await withPage(opened, visitTab("playhead", "segments"), async (page) => {
    await eventually(() => countDrawnPixels(page), (count) => count > 1000);
    const left = () =>
      page.evaluate<number>(
        `parseFloat(document.querySelector(".playhead").style.getPropertyValue("--x"))`,
      );
    await eventually(() => readVideo<number>(page, "readyState"), (state) => state >= 2);
    const width = (await page.locator(".chart .u-over").boundingBox())!.width;
    await page.evaluate(`document.querySelector("video").currentTime = 6`);
    await eventually(left, (x) => Math.abs(x - width / 2) < 2);
    await page.getByRole("button", { name: "Next ›" }).first().click();
    await page.getByRole("button", { name: "Play from here" }).click();
    await eventually(() => readVideo<number>(page, "currentTime"), (time) => time === 2);
    await eventually(left, (x) => Math.abs(x - width / 6) < 2);
    await page.getByRole("button", { name: "Zoom in" }).click();
    await eventually(left, (x) => Math.abs(x - width / 3) < 2); // 0 to 6 s now
    await page.getByRole("button", { name: "Show all" }).click();
    await eventually(left, (x) => Math.abs(x - width / 6) < 2);
  });
});

Deno.test("chart, tracks and warnings show where renditions diverge", async () => {
  const { renditions, warnings } = await fetchInfo("misaligned.json");
  const { name, parts } = renditions.find(({ parts }) => parts)!;
  await withPage(opened, visitTab("misaligned", "segments", "misaligned.json"), async (page) => {
    const line = new RegExp(`${name} diverges from ${parts!.from} at [\\d.]+ s`);
    await page.locator(".misalignments").getByText(line).waitFor();
    await page.getByRole("tab", { name: "Tracks" }).click();
    await page.locator(".badge", { hasText: `diverges from ${parts!.from}` }).waitFor();
    assertEquals(await page.locator(".warnings li").allInnerTexts(), warnings);
    assert(warnings.length > 0);
  });
});

Deno.test("the boxes of a segment are shown", async () => {
  const { segments, timescale } = await fetchFirstVideo();
  await withPage(opened, visitTab("boxes", "segments"), async (page) => {
    await page.getByRole("button", { name: "Next ›" }).first().click();
    await page.getByRole("button", { name: "Inspect boxes" }).click();
    const tree = page.locator(".boxes");
    const tfdt = tree.locator("details", { has: page.locator("b", { hasText: /^tfdt$/ }) }).last();
    await tfdt.locator("summary").click();
    const time = await tfdt.locator("dd").last().innerText();
    assertEquals(Number(time), 2 * timescale);
    const trun = tree.locator("details", { has: page.locator("b", { hasText: /^trun$/ }) }).last();
    await trun.locator("summary").click();
    assertEquals(await trun.locator("tbody tr").count(), 20);
    await trun.getByRole("button", { name: /^Show more \(20 of 50 rows\)$/ }).click();
    assertEquals(await trun.locator("tbody tr").count(), 50);
    const sizes = await tree.locator(":scope > ul > li .box-location").allInnerTexts();
    assert(sizes.length > 2 && segments.count === 6);
    const panel = page.getByRole("tabpanel", { name: "Boxes" });
    await panel.getByRole("button", { name: "Init" }).click();
    await tree.getByText("Visual Sample Entry").waitFor();
    await panel.getByLabel("Track").selectOption({ index: 3 });
    await tree.getByText("Audio Sample Entry").waitFor();
  });
});

Deno.test("the manifests are shown unmodified, with syntax highlighting", async () => {
  const url = `${served.ams.url}/${LADDER}/`;
  await withPage(opened, visitTab("manifests", "manifests"), async (page) => {
    const code = page.locator(".code");
    const choices: [name: string, file: string][] = [
      ["DASH", ".mpd"],
      ["HLS", ".m3u8"],
      ["Smooth Streaming", "Manifest"],
      ["HLS: caption_eng", "caption_eng.m3u8"],
    ];
    for (const [name, file] of choices) {
      const expected = await (await fetch(url + file)).text();
      await page.getByLabel("Document").selectOption(name);
      await eventually(() => code.textContent(), (text) => text === expected);
      assert(await code.locator(".code-tag").count() > 3, name);
    }
    const first = await page.getByLabel("Document").locator("option").allInnerTexts();
    assert(first.includes("WebVTT: caption_fra"));
  });
});

Deno.test("the arrow keys move between tabs, and the URL selects one", async () => {
  await withPage(opened, visitTab("tabs", "boxes"), async (page) => {
    const selected = page.locator("[role=tab][aria-selected=true]");
    assertEquals(await selected.innerText(), "Boxes");
    await selected.press("ArrowRight");
    assertEquals(await selected.innerText(), "Tracks");
    await selected.press("ArrowLeft");
    await selected.press("ArrowLeft");
    assertEquals(await selected.innerText(), "Manifests");
    assert(page.url().endsWith("#manifests"));
  });
});

Deno.test("a tab whose modules cannot be loaded says so, and is loaded when it is opened again", async () => {
  const visit = { ...visitTab("unloadable", "tracks"), expected: /ERR_FAILED|box_panel/ };
  await withPage(opened, visit, async (page) => {
    await page.route("**/box_panel.js", (route) => route.abort("failed"));
    await page.getByRole("tab", { name: "Boxes" }).click();
    await page.getByRole("alert").getByText("cannot be loaded").waitFor();
    await page.unroute("**/box_panel.js");
    await page.getByRole("tab", { name: "Tracks" }).click();
    await page.getByRole("link", { name: "video_und" }).or(page.locator("th .link")).first()
      .click();
    await page.locator(".boxes").getByText("moov").waitFor();
  });
});
