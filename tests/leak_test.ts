/** Nothing that leaves AMS contains a key, a seed, a header or a password of the key file. */

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { RequestError, SourceError } from "../lib/errors.ts";
import type { HttpRequest } from "../lib/http/request.ts";
import { readRequestBody } from "../lib/http/request_body.ts";
import { parseRequestTarget } from "../lib/http/request_target.ts";
import { formatRequest } from "../lib/log/request_line.ts";
import { amspackager } from "../lib/packager/command.ts";
import { removePathToken } from "../lib/access/token_location.ts";
import { handle } from "../lib/server/handler.ts";
import { parseRoute, ROUTES } from "../lib/server/routes.ts";
import { NOW, signAkamaiToken } from "./access/tokens.ts";
import { command, start } from "./ams_process.ts";
import { documentText } from "./documents.ts";
import { Evidence } from "./evidence.ts";
import { type LeakRequest, listRequests, OTHERS } from "./leak_requests.ts";
import {
  createLeakServer,
  getKey,
  getKids,
  HEADER,
  passTime,
  PASSWORD,
  PROTECTIONS,
  SECRETS,
  SOURCES,
} from "./leak_server.ts";
import type { TestApp } from "./server/fixture.ts";

const token = signAkamaiToken({ acl: "/*" });

const TOKENS: [query: string, code: string][] = [
  ["", "TOKEN_MISSING"],
  ["?token=a", "TOKEN_INVALID"],
  [`?token=${signAkamaiToken({ acl: "/*", exp: NOW - 3600 })}`, "TOKEN_EXPIRED"],
  [`?token=${signAkamaiToken({ acl: "/*", st: NOW + 3600, exp: NOW + 7200 })}`, "TOKEN_NOT_YET"],
  [`?token=${signAkamaiToken({ acl: "/other/*" })}`, "TOKEN_PATH"],
  [`?token=${signAkamaiToken({ acl: "/*", ip: "192.0.2.1" })}`, "TOKEN_ADDRESS"],
];

/** What was seen, apart from its content. */
class Sightings {
  readonly evidence = new Evidence();
  /** Keys for players, which are the only responses with keys. */
  readonly given = new Evidence();
  readonly kinds = new Set<string>();
  readonly codes = new Set<string>();
  readonly levels = new Set<string>();

  addLines(where: string, text: string): void {
    this.evidence.add(where, text);
    for (const [, level] of text.matchAll(/"level":"(\w+)"/g)) this.levels.add(level!);
  }
}

async function send(
  server: TestApp,
  record: Sightings,
  [line, headers = {}, body = ""]: LeakRequest,
): Promise<Response> {
  const [method = "", url = ""] = line.split(" ");
  const { path: rawPath, query: rawQuery } = parseRequestTarget(url);
  const request: HttpRequest = {
    ...{
      method,
      rawPath,
      rawQuery,
      headers: new Headers({ cookie: `hdnts=${token}`, ...headers }),
    },
    readBody: () => readRequestBody(new Response(body).body),
  };
  const response = await handle(request, server.app);
  const entry = { endedAtMs: 0, durationMs: 1, client: "192.0.2.7", request, response };
  for (const format of ["text", "json", "combined"] as const) {
    record.addLines(`${format} log of ${line}`, formatRequest(format, entry));
  }
  const bytes = await response.clone().bytes();
  const kind = response.ok ? parseRoute(removePathToken(rawPath)).kind : undefined;
  if (kind !== undefined) record.kinds.add(kind);
  const code = response.headers.get("ams-error");
  if (code !== null) record.codes.add(code);
  const isKey = (kind === "license" || kind === "key") && method !== "OPTIONS";
  (isKey ? record.given : record.evidence).addResponse(line, response, bytes);
  return response;
}

async function gatherResponses(server: TestApp, record: Sightings): Promise<void> {
  for (const name of Object.keys(PROTECTIONS)) {
    for (const request of await listRequests(server, name)) await send(server, record, request);
  }
  for (const request of OTHERS) await send(server, record, request);
  await gatherChannel(server, record);
  const page = await send(server, record, ["GET /cbcs.json/", { accept: "text/html" }]);
  const [, style] = /href="([^"]*page\.css)"/.exec(await page.text())!;
  await send(server, record, [`GET ${new URL(style!, "http://a/cbcs.json/").pathname}`]);
  await send(server, record, [`GET /cbcs.json/thumbnail.jpg?token=${token}`, { cookie: "" }]);
  for (const [query] of TOKENS) {
    await send(server, record, [`GET /cbcs.json/.mpd${query}`, { cookie: "" }]);
    await send(server, record, [`POST /cbcs.json/clearkey${query}`, { cookie: "" }]);
  }
}

async function gatherChannel(server: TestApp, record: Sightings): Promise<void> {
  const get = (path: string) =>
    send(server, record, [`GET /live/${path}`, { accept: "text/html, */*" }]);
  const names = [
    ...["", "about.json", ".mpd", ".m3u8", "ts.m3u8", "time", "v0/feed-video/0.m4s", "none.m3u8"],
    ...["feed-video.live.m3u8", "feed-video.live.ts.m3u8", "feed-video.m3u8", "clearkey"],
  ];
  for (const name of names) {
    await get(`news.json/${name}`);
    await get(`waiting.json/${name}`);
  }
  for (const path of ["about.json", "news.json", "news.live/lock", "news.live/00000001/index"]) {
    await get(path);
  }
  const manifest = await (await get("news.json/Manifest")).text();
  const [, url = "", bitrate = ""] = /Url="([^"]*)"[^]*?Bitrate="(\d+)"/.exec(manifest)!;
  const [, time = ""] = /<c [^>]*t="(\d+)"/.exec(manifest)!;
  const path = url.replace("{bitrate}", bitrate).replace("{start time}", time);
  await get(`news.json/${path}`);
  await get(`news.json/${path.replace("Fragments", "FragmentInfo")}`);
}

/** Errors that no request alone causes. */
async function gatherFailures(server: TestApp, record: Sightings): Promise<void> {
  const { app, files } = server;
  const { library } = app;
  const open = library.open;
  library.open = () => {
    throw new TypeError("unexpected");
  };
  await send(server, record, ["GET /cbcs.json/.mpd"]);
  library.open = open;
  app.health.draining = true;
  await send(server, record, ["GET /.ams/health"]);
  const request = { method: "GET", rawPath: "/", headers: new Headers() };
  const errors = [
    new RequestError("OVERLOADED", "full"),
    new RequestError("CLIENT_GONE", "gone"),
    ...(["UNAVAILABLE", "BUSY", "INVALID", "DENIED"] as const).map((name) =>
      new SourceError(`SOURCE_${name}`, "away")
    ),
  ];
  for (const error of errors) {
    const refused = app.responder.respondWithError(request, error);
    record.evidence.addResponse(error.code, refused, await refused.clone().bytes());
    record.codes.add(refused.headers.get("ams-error")!);
  }
  Deno.renameSync(server.root, `${server.root}-away`);
  passTime(); // the root was checked before
  await send(server, record, ["GET /text.vtt"]);
  Deno.renameSync(`${server.root}-away`, server.root);
  for (const name of Object.keys(PROTECTIONS)) record.evidence.add(name, files.read(name));
  record.evidence.add("messages", server.messages.join("\n"));
}

/** What programs write. The key server is of this process. */
async function gatherOutput(server: TestApp, record: Sightings): Promise<void> {
  await using keyServer = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen() {} },
    (request) => {
      const text = [...request.headers, request.url].join(" ");
      return new Response(text, { status: request.url.includes("fails") ? 400 : 200 });
    },
  );
  const address = `127.0.0.1:${keyServer.addr.port}`;
  const fails = { ...SOURCES.fails, speke: `http://${address}/fails?password=${PASSWORD}` };
  const lies = { cpix: `http://${address}/lies?password=${PASSWORD}` };
  const sources = { house: SOURCES.house, list: SOURCES.list, fails, lies };
  const keys = join(server.outside, "keys.json");
  Deno.writeTextFileSync(keys, JSON.stringify({ ams: 1, sources }), { mode: 0o644 }); // a warning
  const flags = ["--keys", keys, "--serve-keys", "open"];
  const checked = await command(server.root, ["check", ...flags]).output();
  for (const bytes of [checked.stdout, checked.stderr]) record.evidence.add("ams check", bytes);
  const ams = await start(server, ...flags, "--log", "json", "--workers", "1");
  for (const name of ["cbcs", "none", "list", "fails", "lies", "exposed", "cbcs"]) {
    const response = await fetch(`${ams.url}/${name}.json/.mpd`);
    record.evidence.addResponse(`${name} of ams`, response, await response.bytes());
  }
  ams.child.kill("SIGTERM");
  const { out, errors } = await ams.end();
  record.addLines("output of ams", out);
  record.evidence.add("errors of ams", errors);
  await gatherVerification(join(server.root, "cbcs.json"), keys, record);
  const invalid = join(server.outside, "invalid.json");
  for (const text of [`{ "ams": 1, "${HEADER}": "${PASSWORD}" }`, `${PASSWORD} ${HEADER}`]) {
    Deno.writeTextFileSync(invalid, text);
    const { stderr } = await command(server.root, ["--keys", invalid]).output();
    record.evidence.add("a rejected key file", stderr);
  }
}

async function gatherVerification(file: string, keys: string, record: Sightings): Promise<void> {
  for (const format of [[], ["--json"]]) {
    const args = ["verify", "--keys", keys, ...format, file];
    const add = (text: string) => record.evidence.add(args.join(" "), text);
    await amspackager(args, { line: add, warn: add }, { version: "1.2.3" });
  }
}

const ALL_CODES = [...documentText("docs/errors.md").matchAll(/^## ([A-Z_]+)$/gm)].map(([, code]) =>
  code!
);

const ALL_KINDS = [
  ...[ROUTES.pages, ROUTES.paths, ROUTES.services, ROUTES.manifests, ROUTES.media].flat()
    .map(({ kind }) => kind),
  "file",
];

const missing = (all: readonly string[], seen: ReadonlySet<string>) =>
  [...new Set(all)].filter((name) => !seen.has(name));

Deno.test({
  name: "no response, header, log line, package or output contains a secret",
  ignore: Deno.build.os === "windows", // the root cannot be renamed while files are open
  async fn(t) {
    using server = await createLeakServer();
    const record = new Sightings();
    await gatherResponses(server, record);
    await gatherOutput(server, record);
    await gatherFailures(server, record);

    await t.step("of each kind of route", () => {
      assertEquals(missing(ALL_KINDS, record.kinds), []);
    });
    await t.step("of each error", () => {
      assert(ALL_CODES.length > 20);
      assertEquals(missing(ALL_CODES, record.codes), []);
    });
    await t.step("of each level of the log", () => {
      assertEquals(missing(["info", "warn", "error"], record.levels), []);
    });
    await t.step("contains a secret", () => {
      assertEquals(record.evidence.find(SECRETS), []);
    });
    await t.step("keys for players are found where they are given", () => {
      const found = record.given.find(SECRETS).map((line) => line.replace(/ \(.*/, ""));
      const keys = Object.keys(SECRETS).filter((name) => name.startsWith("key "));
      assertEquals([...new Set(found)].sort(), keys.sort());
    });
    await t.step("a planted key is found", () => {
      const [kid] = getKids(PROTECTIONS["cenc.json"]!);
      const headers = { "x-planted": getKey(kid!).toBase64() };
      record.evidence.addResponse("planted", new Response(null, { headers }), new Uint8Array(0));
      const [line] = record.evidence.find(SECRETS);
      assertEquals(line, `key ${kid} (base64) in headers of planted`);
    });
  },
});
