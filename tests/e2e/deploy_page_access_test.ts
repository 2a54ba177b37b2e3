/** Pages, artwork and files of the root through the nginx of deploy/ with ams_auth.conf: as ams admits them. */

import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { SECRETS, signAkamaiToken, toPathToken } from "../access/tokens.ts";
import { Deployment } from "./deployment.ts";
import { rawRequest } from "./raw_request.ts";
import { LADDER } from "./root.ts";

const AUTH = {
  keys: { first: { hmac: SECRETS.first } },
  policies: [{ path: "/", tokens: ["akamai"], keys: ["first"] }],
};

Deno.test("pages, the player for frames, artwork and files of the root need a token where ams requires it", async () => {
  const html = { accept: "text/html,*/*;q=0.8" };
  const paths = [
    "/",
    "/favicon.ico",
    "/robots.txt",
    `/${LADDER}/`,
    `/${LADDER}/?embed&autoplay`,
    `/${LADDER}/about.json`,
    `/${LADDER}/poster`,
    `/${LADDER}/thumbnail.jpg?t=1`,
    `/${LADDER}/chapters.vtt`,
    `/.ams/oembed?url=https://media.example.com/${LADDER}/`,
  ];
  const exp = Math.floor(Date.now() / 1000) + 3600;
  const token = signAkamaiToken({ acl: "/*", id: "pages", exp, key: "first" });
  const directory = await Deno.makeTempDir({ prefix: "ams-auth-" });
  await using open = new AsyncDisposableStack();
  open.defer(() => Deno.remove(directory, { recursive: true }));
  const authFile = join(directory, "auth.json");
  await Deno.writeTextFile(authFile, JSON.stringify(AUTH));
  const deployed = open.use(await Deployment.start("--auth", authFile));
  for (const path of paths) {
    for (const prefix of ["", `/.t/${toPathToken(token)}`]) {
      const found = [];
      for (const { url } of [deployed.servers[0]!, deployed.nginx]) {
        const { status, headers } = await rawRequest(url + prefix + path, { headers: html });
        const names = ["ams-error", "cache-control", "content-type", "location"];
        found.push([path, status, ...names.map((name) => headers.get(name))]);
      }
      assertEquals(found[1], found[0]);
      const isOpen = path.startsWith("/.ams/");
      assertEquals([path, found[0]![1] === 403], [path, prefix === "" && !isOpen]);
    }
  }
});
