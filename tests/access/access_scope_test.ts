/** Whether one decision of an AccessControl is the same for all paths of a scope. */

import { assertEquals } from "@std/assert";
import { AccessControl, type AccessRequest } from "../../lib/access/access_control.ts";
import { createAccessConfig, nowMs, signAkamaiToken, signJwt, toPathToken } from "./tokens.ts";

const FILM = "/films/a.json/.mpd";

const all = { acl: "/*" } as const;

function toRequest(url: string): AccessRequest {
  const [rawPath, rawQuery = ""] = url.split("?") as [string, string?];
  return { rawPath, rawQuery, headers: new Headers() };
}

const scoped = createAccessConfig([
  { path: "/films/" },
  { path: "/films/mixed/" },
  { path: "/films/mixed/a.json/extra/" },
  { path: "/open/", tokens: [], keys: [] },
], { default: "open" });

const below: [url: string, token: string, scope: string, admitsAll: boolean][] = [
  [FILM, signAkamaiToken(all), "/films/a.json/", true],
  [FILM, signAkamaiToken({ acl: "/films/a.json/*" }), "/films/a.json/", true],
  [FILM, signAkamaiToken({ acl: ["/x", "/films/*"] }), "/films/a.json/", true],
  [FILM, signAkamaiToken({ acl: "/films/a.js*" }), "/films/a.json/", true],
  [FILM, signAkamaiToken({ acl: "/films/a.json/.*" }), "/films/a.json/", false],
  [FILM, signAkamaiToken({ acl: "/films/a.json/*.mpd" }), "/films/a.json/", false],
  [FILM, signAkamaiToken({ acl: FILM }), "/films/a.json/", false],
  [FILM, signAkamaiToken({ acl: FILM }), FILM, true],
  [FILM, signAkamaiToken({ acl: "/films/a.json/*" }), "/films/", false],
  [FILM, signAkamaiToken(all), "/films/b.json/", false],
  [FILM, signAkamaiToken(all), "/films/a.json", false],
  [FILM, signAkamaiToken(all), "/films/", false], // other policies are below
  [FILM, signAkamaiToken(all), "/", false],
  ["/films/%61.json/.mpd", signAkamaiToken(all), "/films/%61.json/", true],
  ["/films/%61.json/.mpd", signAkamaiToken(all), "/films/a.json/", false],
  ["/films/a.ism/Manifest", signAkamaiToken({ acl: "/films/a.json/*" }), "/films/a.ism/", true],
  ["/films/mixed/a.json/.mpd", signAkamaiToken(all), "/films/mixed/a.json/", false],
  ["/films/mixed/b.json/.mpd", signAkamaiToken(all), "/films/mixed/b.json/", true],
  ["/films/mixed/b.json/.mpd", signAkamaiToken(all), "/films/", false],
  [FILM, await signJwt({}), "/films/a.json/", true],
  [FILM, await signJwt({ paths: "/films/" }), "/films/a.json/", true],
  [FILM, await signJwt({ paths: FILM }), "/films/a.json/", false],
  ["/open/a.mp4/.mpd", "", "/open/a.mp4/", true],
  ["/other/a.mp4/.mpd", "", "/other/a.mp4/", true],
  ["/other/a.mp4/.mpd", "", "/", false],
  ["/.ams/0/page.js", "", "/", false],
  ["/.ams/0/page.js", "", "/.ams/0/", false],
];

for (const [url, token, scope, expected] of below) {
  Deno.test(`AccessControl.admitsAll() is ${expected} for ${url} with ${token.slice(0, 60)} and ${scope}`, async () => {
    const control = new AccessControl(scoped, { nowMs, ignoresCase: false });
    for (
      const request of [
        toRequest(`${url}?hdnts=${token}`),
        ...token.includes("=") ? [toRequest(`/.t/${toPathToken(token)}${url}`)] : [],
      ]
    ) {
      assertEquals((await control.admit(request)).isPrivate, token !== "");
      assertEquals(await control.admitsAll(request, scope), expected);
    }
  });
}
