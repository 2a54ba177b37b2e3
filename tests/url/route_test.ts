import { assertEquals } from "@std/assert";
import { defineRoute, matchRoute, type RouteRow } from "../../lib/url/route.ts";

const row = defineRoute("<rendition>/<time>.m4s", "segment");

const paths: [path: string, route: ReturnType<typeof row.parse>][] = [
  ["a=1/0.m4s", { kind: "segment", rendition: "a=1", time: 0 }],
  ["a/9007199254740991.m4s", { kind: "segment", rendition: "a", time: Number.MAX_SAFE_INTEGER }],
  ["a/01.m4s", undefined],
  ["a/1e3.m4s", undefined],
  ["a/-1.m4s", undefined],
  ["a/1xm4s", undefined],
  ["a/1.m4s.bak", undefined],
  ["a.b/1.m4s", undefined],
  ["b/a/1.m4s", undefined],
  ["/1.m4s", undefined],
  ["A/1.M4S", undefined],
];

for (const [path, route] of paths) {
  Deno.test(`defineRoute() parses ${path}`, () => assertEquals(row.parse(path), route));
}

Deno.test("defineRoute() reads * and ignores case where declared", () => {
  const any = defineRoute("*.Mpd", "any", { ignoreCase: true });
  const names = [".mpd", "a.MPD", "a b.mpd", "a.mpd ", "a/b.mpd"];
  assertEquals(names.map((name) => any.parse(name)?.kind), ["any", "any", "any", ...[, ,]]);
});

Deno.test("matchRoute() returns the route of the first row that matches", () => {
  const rows: RouteRow<{ kind: string }>[] = [
    defineRoute("a.m3u8", "one"),
    defineRoute("<rendition>.m3u8", "any"),
  ];
  assertEquals(matchRoute(rows, "a.m3u8")?.kind, "one");
  assertEquals(matchRoute(rows, "b.m3u8")?.kind, "any");
  assertEquals(matchRoute(rows, "b.mpd"), undefined);
});
