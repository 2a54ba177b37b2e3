/** Packages, directories and listings behind several access policies. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { updateAccess } from "../../lib/server/app.ts";
import {
  createAccessConfig,
  signAkamaiToken,
  type TestPolicy,
  toPathToken,
} from "../access/tokens.ts";
import { createAccessServer, getCode, PATH_TOKEN, POLICIES, TOKEN } from "./access_server.ts";
import { addMedia, MOVIE_PACKAGE } from "./fixture.ts";

Deno.test("handle() rejects packages that name files of another policy, and logs them once", async () => {
  const policies = [...POLICIES, { path: "/films/secret.mp4", keys: ["second"] }];
  using server = createAccessServer(policies);
  addMedia(server, "ladder-aac-eng.mp4", "films/secret.mp4");
  const write = (path: string, file: string) =>
    server.files.write(
      path,
      JSON.stringify({ ...MOVIE_PACKAGE, tracks: [{ ...MOVIE_PACKAGE.tracks[1], file }] }),
    );
  write("trailers/film.json", "../films/a.mp4");
  write("films/own.json", "a.mp4");
  write("films/secret.json", "secret.mp4");
  write("open.json", "trailers/a.mp4");
  const assets: [path: string, code: string | number][] = [
    ["/trailers/film.json", "TOKEN_PATH"],
    ["/trailers/film.json", "TOKEN_PATH"],
    ["/films/own.json", 200],
    ["/films/secret.json", "TOKEN_PATH"],
    ["/open.json", "TOKEN_PATH"],
    ["/films", "TOKEN_PATH"],
    ["/trailers", 200],
  ];
  for (const [path, code] of assets) {
    const response = await server.request(`GET ${PATH_TOKEN}${path}/.mpd`);
    const text = await response.text();
    assertEquals(getCode(response), code, path + text);
    assert(!text.includes("secret.mp4"));
  }
  assertEquals(server.messages.filter((message) => message.includes("policy")), [
    "trailers/film.json: Cannot be served: the policy of '/films/a.mp4' is another one",
    "films/secret.json: Cannot be served: the policy of '/films/secret.mp4' is another one",
    "open.json: Cannot be served: the policy of '/trailers/a.mp4' is another one",
    "films: Cannot be served: the policy of '/films/secret.mp4' is another one",
  ]);
});

Deno.test("updateAccess() checks packages against new policies", async () => {
  using server = createAccessServer();
  const get = async () => getCode(await server.request("GET /trailers/a.mp4/.mpd"));
  assertEquals(await get(), 200);
  updateAccess(server.app, createAccessConfig([{ path: "/trailers/" }]));
  assertEquals(await get(), "TOKEN_MISSING");
});

interface ListedEntries {
  readonly folders: string[];
  readonly files: { readonly name: string }[];
  readonly total: { readonly folders: number; readonly files: number };
  readonly presentation?: { readonly files: number };
}

Deno.test("handle() leaves out of listings what the request may not see", async () => {
  const policies: TestPolicy[] = [
    ...POLICIES,
    { path: "/trailers/b.mp4" },
    { path: "/films/jwt/", tokens: ["jwt"] },
  ];
  const config = createAccessConfig(policies);
  using server = createAccessServer(policies);
  addMedia(server, "ladder-aac-eng.mp4", "trailers/b.mp4");
  addMedia(server, "ladder-aac-eng.mp4", "films/b.mp4");
  addMedia(server, "ladder-aac-eng.mp4", "films/jwt/c.mp4");
  server.files.write("films/film.json", "{}");
  const list = async (path: string, token?: string) => {
    const prefix = token === undefined ? "" : `/.t/${toPathToken(token)}`;
    const response = await server.request(`GET ${prefix}${path}about.json`);
    assertStringIncludes(response.headers.get("cache-control")!, "private");
    const { folders, files, total, presentation }: ListedEntries = await response.json();
    assertEquals(total, { folders: folders.length, files: files.length });
    return [...folders, ...files.map(({ name }) => name), presentation?.files];
  };
  const files = ["audio.mp4", "text.vtt", "thumbs.mp4", "video.mp4"];
  const root = await server.request("GET /about.json");
  assertEquals(getCode(root), "TOKEN_MISSING");
  updateAccess(server.app, { ...config, policies: config.policies.slice(1), default: "open" });
  assertEquals(await list("/"), ["trailers", "film.json", ...files, 4]);
  assertEquals(await list("/", TOKEN), [
    "films",
    "trailers",
    "film.json",
    ...files,
    4,
  ]);
  assertEquals(await list("/trailers/"), ["a.mp4", undefined]);
  assertEquals(await list("/trailers/", TOKEN), ["a.mp4", "b.mp4", 2]);
  assertEquals(await list("/films/", TOKEN), ["cdn", "film.json", "a.mp4", "b.mp4", 2]);
  const some = signAkamaiToken({ acl: "/films/about.json!/films/b.mp4/*!/films/film.json/*" });
  assertEquals(await list("/films/", some), ["film.json", "b.mp4", undefined]);
});

Deno.test("servePage() serves no index.html to a client that may not have it under its own path", async () => {
  using server = createAccessServer([...POLICIES, { path: "/trailers/index.html" }]);
  server.files.write("trailers/index.html", "own");
  const headers = { accept: "text/html" };
  const listing = await (await server.request("GET /trailers/", headers)).text();
  assertEquals([listing === "own", listing.includes("directory.js")], [false, true]);
  const withToken = await server.request(`GET ${PATH_TOKEN}/trailers/`, headers);
  assertEquals(await withToken.text(), "own");
});
