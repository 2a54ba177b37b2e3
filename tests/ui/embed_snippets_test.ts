import { assertEquals } from "@std/assert";
import type { AssetInfo } from "../../lib/ui/asset_info.js";
import { listSnippets } from "../../lib/ui/embed_snippets.js";
import { rendition } from "./rendition.ts";

const PAGE = "https://a.example/films/film.json/";

const ABOUT: AssetInfo = {
  file: "films/film.json",
  version: "v1",
  duration: 2,
  segmentDuration: 2,
  manifests: { dash: ".mpd", hls: ".m3u8" },
  warnings: [],
  sets: [],
  renditions: [{ ...rendition({ seconds: [0, 2], bytes: [1] }), width: 640, height: 360 }],
};

const names = (about: AssetInfo, page = PAGE) => listSnippets(about, page).map(({ name }) => name);

Deno.test("listSnippets() escapes the title of the frame", () => {
  const [frame] = listSnippets({ ...ABOUT, title: `"><script>` }, PAGE);
  assertEquals(
    frame?.html,
    `<iframe src="${PAGE}?embed" style="width:100%;max-height:90vh;aspect-ratio:640 / 360;border:0" ` +
      'allow="autoplay; encrypted-media; fullscreen; picture-in-picture" ' +
      'title="&quot;&gt;&lt;script&gt;"></iframe>',
  );
});

Deno.test("listSnippets() plays manifests in three lines", () => {
  const [, video, hls, dash] = listSnippets(ABOUT, PAGE);
  assertEquals(video?.html, `<video src="${PAGE}.m3u8" controls></video>`);
  for (
    const [snippet, script, url] of [[hls, "hls.min.js", ".m3u8"], [
      dash,
      "dash.all.min.js",
      ".mpd",
    ]] as const
  ) {
    const lines = snippet?.html.split("\n") ?? [];
    assertEquals(lines.length, 3);
    assertEquals(lines[1], `<script src="${script}"></script>`);
    assertEquals(lines[2]?.includes(`"${PAGE}${url}"`), true);
    assertEquals(snippet?.note.includes(script), true);
  }
});

Deno.test("listSnippets() plays a media file itself", () => {
  const about = { ...ABOUT, file: "films/film.mp4" };
  const [, video] = listSnippets(about, "https://a.example/films/film.mp4/");
  assertEquals(video?.html, '<video src="https://a.example/films/film.mp4" controls></video>');
});

const lists: [what: string, about: Partial<AssetInfo>, names: string[]][] = [
  ["a package", {}, ["Player in a frame", "Video element", "hls.js", "dash.js"]],
  ["DASH alone", { manifests: { dash: ".mpd" } }, ["Player in a frame", "dash.js"]],
  ["a protected package", { protection: { scheme: "cenc", systems: [] } }, ["Player in a frame"]],
];

for (const [what, about, expected] of lists) {
  Deno.test(`listSnippets() lists what plays ${what}`, () => {
    assertEquals(names({ ...ABOUT, ...about }), expected);
  });
}
