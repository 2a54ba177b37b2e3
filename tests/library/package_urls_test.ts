import { assertEquals, assertThrows } from "@std/assert";
import { MediaError } from "../../lib/errors.ts";
import { nameUrls } from "../../lib/library/package_urls.ts";
import type { Package } from "../../lib/package/package.ts";

function packageOf(files: string[], rest: Partial<Package> = {}): Package {
  const tracks = files.map((file, i) => ({
    file,
    type: "video" as const,
    language: "und",
    name: `video${i}`,
  }));
  return { segmentDuration: 6, tracks, ...rest };
}

const storage = {
  resolveUrl: (url: string) =>
    url.startsWith("https://a.example/")
      ? `\0/${url.slice("https://a.example/".length)}`
      : undefined,
};

Deno.test("nameUrls() leaves packages without URLs alone", () => {
  const pack = packageOf(["a.mp4", "../b.mp4"]);
  assertEquals(nameUrls(pack, {}), { pack, paths: new Map() });
});

Deno.test("nameUrls() names files without hosts and queries, each file once", () => {
  const [signed, other] = ["https://a.example/x/a.mp4?sig=secret", "https://a.example/y/a.mp4"];
  const content = `sha256:${"0".repeat(64)}`;
  const { pack, paths } = nameUrls(
    packageOf(["2-a.mp4", signed, other, signed], {
      poster: "https://a.example/p.jpg",
      sources: [{ file: other, content }],
    }),
    storage,
  );
  assertEquals(pack.tracks.map(({ file }) => file), ["2-a.mp4", "3-a.mp4", "a.mp4", "3-a.mp4"]);
  assertEquals([pack.poster, pack.sources], ["p.jpg", [{ file: "a.mp4", content }]]);
  assertEquals(paths.get("3-a.mp4"), "\0/x/a.mp4?sig=secret");
});

Deno.test("nameUrls() names the entry and the option of a URL that is not allowed", () => {
  for (const where of [storage, {}]) {
    const error = assertThrows(
      () => nameUrls(packageOf(["a.mp4", "HTTPS://u:p@b.example/c.mp4?sig=secret"]), where),
      MediaError,
    );
    assertEquals(error.code, "PACKAGE_INVALID");
    assertEquals(
      error.message,
      'tracks[1].file: Cannot use "HTTPS://b.example/c.mp4": ' +
        "expected a path relative to the package, or a URL below one of --allow-source",
    );
  }
});
