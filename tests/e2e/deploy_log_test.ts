/** The logs of ams and of the nginx of deploy/ name the same client and request. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { fetchAssetUrls } from "./asset_urls.ts";
import { startDeployment } from "./deployment.ts";
import { eventually } from "./page_driver.ts";
import { rawRequest } from "./raw_request.ts";
import { LADDER } from "./root.ts";

const deployed = startDeployment("--log", "json", "--trust-proxy", "127.0.0.1");

/** Headers of a client behind a proxy that nginx does not know, on this machine. */
function toHeaders(id: string): Record<string, string> {
  return {
    "x-forwarded-for": "203.0.113.9, 192.0.2.7",
    "x-request-id": id,
    "user-agent": `Player/${id}`,
    "cmcd-object": "br=3200,ot=v",
    "cmcd-session": `sid="${id}"`,
  };
}

/** Returns the lines of both ams with an identifier. */
function findLines(id: string): Record<string, unknown>[] {
  const text = deployed.now.servers.map(({ log }) => log()).join("");
  return text.split("\n").filter((line) => line.includes(id)).map((line) => JSON.parse(line));
}

async function findNginxLine(id: string): Promise<string> {
  const find = (log: string) => log.split("\n").find((line) => line.includes(` id=${id} `));
  return find(await eventually(() => deployed.now.nginx.log(), (log) => find(log) !== undefined))!;
}

async function findPaths(): Promise<string[]> {
  const { media } = await fetchAssetUrls(`${deployed.now.servers[0]!.url}/${LADDER}`);
  const segment = media.find((path) => path.endsWith("/0.m4s"))!;
  return [segment, `/${LADDER}/log.mpd`];
}

Deno.test("ams logs the client, the identifier and CMCD that nginx passes on, and nginx those of its cache", async () => {
  for (const path of await findPaths()) {
    for (const state of ["MISS", "HIT"]) {
      const id = `id-${crypto.randomUUID()}`;
      const { headers } = await rawRequest(deployed.now.nginx.url + path, {
        headers: toHeaders(id),
      });
      const found = headers.get("x-cache");
      assertEquals(found === "REVALIDATED" ? "HIT" : found, state);
      assertEquals(headers.get("x-request-id"), null);
      const line = await findNginxLine(id);
      assertMatch(line, /^\S+ 127\.0\.0\.1 GET /);
      assert(line.includes(` cmcd="br=3200,ot=v,,sid=\\x22${id}\\x22," `), line);
      if (state === "HIT") continue;
      await eventually(() => Promise.resolve(findLines(id)), (lines) => lines.length > 0);
      for (const logged of findLines(id)) {
        const cmcd = { br: 3200, ot: "v", sid: id };
        const { client, agent, path: loggedPath } = logged;
        assertEquals([logged["id"], client, agent, logged["cmcd"]], [
          id,
          "192.0.2.7",
          `Player/${id}`,
          cmcd,
        ]);
        assertEquals(loggedPath, path);
      }
    }
  }
});

Deno.test("neither log contains a token, nor a query that ams does not read", async () => {
  const { nginx } = deployed.now;
  const id = `id-${crypto.randomUUID()}`;
  const headers = { "x-request-id": id, "cmcd-request": 'nor="..%2F.t%2FSECRET%2Fa"' };
  const query = "?hdnts=SECRET&start=1&token=SECRET&CMCD=nor%3D%22..%252F.t%252FSECRET%252Fa%22";
  const paths = [
    `/.t/SECRET/${LADDER}/.mpd${query}`,
    `/.T/SECRET/a.txt${query}`,
    "/.t//SECRET/a.txt",
    "/.t/SECRET/.t/SECRET/a.txt",
    "/.t/.t/SECRET/a.txt",
    `/a.txt${query}`,
  ];
  for (const path of paths) {
    await rawRequest(nginx.url + path, { headers });
    await rawRequest(nginx.url + path, { headers: { "x-request-id": id } });
  }
  const count = (text: string) => text.split(id).length - 1;
  const log = await eventually(() => nginx.log(), (log) => count(log) === 2 * paths.length);
  await eventually(
    () => Promise.resolve(findLines(id)),
    (lines) => lines.length >= 2 * paths.length,
  );
  assert(log.includes(` GET /.t/-/${LADDER}/.mpd?start=1 `), log);
  assert(log.includes(" GET /.T/-/a.txt?start=1 "), log);
  assert(log.includes(" GET /.t//-/a.txt "), log);
  for (const text of [log, ...deployed.now.servers.map(({ log }) => log())]) {
    assertEquals(text.split("\n").filter((line) => line.includes("SECRET")), []);
  }
});

Deno.test("nginx identifies requests without an identifier, and logs CMCD of the query", async () => {
  const { nginx } = deployed.now;
  const name = `/none-${crypto.randomUUID()}`;
  const headers = { "x-request-id": "not valid" };
  await rawRequest(`${nginx.url}${name}?CMCD=br%3D1%2Csu`, { headers });
  const log = await eventually(() => nginx.log(), (log) => log.includes(name));
  const [, id, cmcd] = new RegExp(`${name}\\S* 404 .* id=(\\S+) cmcd="(\\S+)"`).exec(log)!;
  assertMatch(id!, /^[0-9a-f]{32}$/);
  assertEquals(cmcd, "br%3D1%2Csu");
  await eventually(() => Promise.resolve(findLines(id!)), (lines) => lines.length > 0);
  assertEquals(findLines(id!)[0]!["path"], name);
});
