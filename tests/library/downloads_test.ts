import { assertEquals } from "@std/assert";
import { listDownloads } from "../../lib/library/downloads.ts";
import { testApp } from "../server/fixture.ts";

type Presentation = Parameters<typeof listDownloads>[0];

/** Real paths of files that an asset plays, by name, with the URLs at which they are offered. */
const PATHS = new Map([
  ["a b.mp4", "show/a b.mp4"],
  ["../media/x.mp4", "media/x.mp4"],
  [".media/hidden.mp4", "show/.media/hidden.mp4"],
  ["link.mp4", "show/.media/y.mp4"],
  ["secret.vtt", "secret/secret.vtt"],
  ["back\\slash.vtt", "show/back\\slash.vtt"],
  ["unused.jpg", "show/unused.jpg"],
]);

function list(asset: string, files: Iterable<string>) {
  const renditions = new Map([...files].map((file, i) => [`${i}`, { file }]));
  const isOpen = (path: string) => !path.startsWith("secret/");
  return listDownloads({ renditions } as unknown as Presentation, { asset, paths: PATHS, isOpen });
}

Deno.test("listDownloads() lists each file once, at its real path, unless it is hidden or needs a token", () => {
  const files = ["a b.mp4", "a b.mp4", ...PATHS.keys(), "gone.mp4"].filter((it) =>
    it !== "unused.jpg"
  );
  assertEquals(list("show/film.json", files), [
    { file: "a b.mp4", url: "../../show/a%20b.mp4" },
    { file: "../media/x.mp4", url: "../../media/x.mp4" },
  ]);
  assertEquals(list("film.json", ["a b.mp4"]), [{ file: "a b.mp4", url: "../show/a%20b.mp4" }]);
});

Deno.test("listDownloads() lists an asset itself, also one that needs a token", () => {
  assertEquals(list("secret/secret.vtt", ["secret.vtt"]), [
    { file: "secret.vtt", url: "../../secret/secret.vtt" },
  ]);
});

for (
  const [packagesOnly, names] of [[false, ["video.mp4", "audio.mp4", "thumbs.mp4", "text.vtt"]], [
    true,
    [],
  ]] as const
) {
  Deno.test(`handle() offers ${names.length} files of a package with packagesOnly ${packagesOnly}`, async () => {
    using server = testApp({ packagesOnly });
    const { downloads = [] } = await (await server.request("GET /film.json/about.json")).json();
    assertEquals(downloads.map(({ file }: { file: string }) => file), names);
    for (const { url } of downloads) {
      const { pathname } = new URL(url, "http://localhost/film.json/");
      assertEquals((await server.request(`HEAD ${pathname}`)).status, 200);
    }
  });
}
