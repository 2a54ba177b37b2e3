/** The nginx files of deploy/ agree with each other and with the URLs of AMS. tests/e2e/alone/deploy_test.ts runs them. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { removePathToken } from "../lib/access/token_location.ts";
import { keyUrl } from "../lib/drm/routes.ts";
import { PROPERTY_NAMES } from "../lib/selection/filter_properties.ts";
import { parseAmsOptions } from "../lib/ams/options.ts";
import { parseRoute } from "../lib/server/routes.ts";
import { ORIGIN_LIMITS } from "../lib/storage/remote/origin_client.ts";
import { read, ROOT } from "./documents.ts";

/** Patterns of the locations of media and of manifests in ams_server.conf. */
const PATTERNS = [...read("deploy/ams_server.conf").matchAll(/^location ~\* "(.*)" \{$/gm)]
  .map(([, pattern]) => new RegExp(pattern!, "i"));

/** Paths of a package and of plain media files. */
const FILES =
  (read("lib/url/path.ts").match(/const MEDIA_FILE_NAME = \/\\\.\(([\w|]+)\)/)![1]! + "|json|ism")
    .split("|").map((extension) => `/films/a.${extension}`);

const NAMES = [
  ".mpd",
  "a.mpd",
  ".m3u8",
  "master.m3u8",
  "ts.m3u8",
  "a=1.m3u8",
  "a=1.live.m3u8",
  "a=1.live.ts.m3u8",
  "a=1.iframes.m3u8",
];
const MEDIA = ["a=1/init.mp4", "a=1/0.m4s", "a=1/0.ts", "QualityLevels(1)/Fragments(video=0)"];

Deno.test("ams_server.conf distinguishes manifests from media for every file that plays", () => {
  assert(FILES.length > 10);
  const [media, manifest] = PATTERNS;
  for (const file of FILES) {
    for (const name of [...NAMES, "Manifest", "manifest"]) {
      const path = `${file}/${name}`;
      assert(!("version" in parseRoute(path)), path);
      assertEquals([media!.test(path), manifest!.test(path)], [false, true], path);
    }
    for (const name of MEDIA) {
      const path = `${file}/v0a/${name}`;
      assert("version" in parseRoute(path), path);
      assertEquals([media!.test(path), manifest!.test(path)], [true, false], path);
    }
  }
});

Deno.test("ams_server.conf matches media of directory presentations", () => {
  for (const directory of ["", "/films", "/films/a b"]) {
    for (const name of MEDIA) {
      const path = `${directory}/v0123456789ab/${name.replace("a=1", "video_eng=1")}`;
      const route = parseRoute(path);
      assert("version" in (route.kind === "file" ? route.fallback! : route), path);
      assert(PATTERNS[0]!.test(path), path);
    }
  }
});

Deno.test("ams_server.conf passes keys and license requests on, and nothing else in that way", () => {
  const [, , keys] = PATTERNS;
  const key = keyUrl("09e36702-8f33-436c-a5dd-60ffe6671e70");
  for (const file of ["/a.json", "/films/a.ism", "/.t/x/a.json"]) {
    for (const path of [`${file}/clearkey`, `${file}/${key}`]) {
      assert(["license", "key"].includes(parseRoute(removePathToken(path)).kind), path);
      assertEquals(PATTERNS.map((pattern) => pattern.test(path)), [false, false, true], path);
    }
  }
  const others = ["/clearkey", "/a/clearkey", "/a.json/key/", "/a.json/clearkey/x", `/a/${key}`];
  assertEquals(others.filter((path) => keys!.test(path)), []);
});

Deno.test("ams_server.conf caches nothing else", () => {
  const others = [
    "/",
    "/a.mp4",
    "/a.json",
    "/a.json/",
    "/a.json/time",
    "/a.mpd",
    "/a/v0/b/c.m4s",
    "/v0/a.mp4/b.js",
  ];
  for (const path of others) {
    assertEquals(PATTERNS.filter((pattern) => pattern.test(path)), [], path);
  }
});

Deno.test("ams_server.conf caches the files of the page, and no other path under /.ams", () => {
  const [, source] = read("deploy/ams_server.conf").match(/^location ~ "(.*)" \{$/m)!;
  const pattern = new RegExp(source!);
  const paths = ["/.ams/0123456789abcdef/page.css", "/.ams/0/a.js"];
  for (const path of paths) {
    assertEquals([parseRoute(path).kind, pattern.test(path)], ["uiAsset", true], path);
  }
  const others = [
    "/.ams/health",
    "/.ams/auth",
    "/.ams/0/a/b.js",
    "/a/.ams/0/b.js",
    "/.ams/v0/a.js",
  ];
  assertEquals(others.filter((path) => pattern.test(path)), []);
});

Deno.test("ams_http.conf checks tokens once for all behind an asset", () => {
  const [, source] = read("deploy/ams_http.conf").match(/"~\*(\^\(\?<ams_asset>.*)" \$ams_asset;/)!;
  const pattern = new RegExp(source!, "i");
  for (const file of FILES) {
    assertEquals(pattern.exec(`${file}/v0a/a=1/0.m4s`)?.[1], `${file}/`);
    assertEquals(pattern.exec(`${file}/.mpd`)?.[1], `${file}/`);
    assertEquals(pattern.exec(file), null);
  }
});

Deno.test("shard_upstream.conf hashes the path up to the version of everything behind an asset", () => {
  const conf = read("deploy/shard_upstream.conf");
  const patterns = [...conf.matchAll(/^ +"~\*(\^.*)" \$ams_shard_\w+;$/gm)]
    .map(([, source]) => new RegExp(source!, "i"));
  const hashed = (path: string) =>
    patterns.map((pattern) => pattern.exec(path)?.[1]).find((it) => it !== undefined) ?? path;
  assertEquals(patterns.length, 2);
  for (const file of FILES) {
    for (const name of [...NAMES, "Manifest", ...MEDIA.map((name) => `v0a/${name}`)]) {
      assertEquals(hashed(`${file}/${name}`), file);
    }
    assertEquals(hashed(file), file);
  }
  for (const name of MEDIA) assertEquals(hashed(`/films/a b/v0123456789ab/${name}`), "/films/a b");
  assertStringIncludes(conf, "hash $ams_shard consistent;");
  assertStringIncludes(conf, "map $ams_bare_path $ams_shard {"); // without the token of a viewer
});

Deno.test("shard.conf limits clients as ams_server.conf does", () => {
  const limits = (name: string) =>
    new Map(
      [
        ...read(`deploy/${name}`).matchAll(
          /^ *((?:\w+_timeout|\w*limit_conn\w*|large_\w+|keepalive_\w+) [^;]+);/gm,
        ),
      ].map(([, line]) => line!.split(/ (.*)/) as [string, string]),
    );
  const [own, row] = [limits("ams_server.conf"), limits("shard.conf")];
  assert(row.size > 6);
  const clients = [...row].filter(([name]) => !name.startsWith("proxy_"));
  assertEquals(clients.filter(([name, value]) => own.get(name) !== value), []);
  const seconds = (value?: string) => Number.parseInt(value!);
  assert(seconds(row.get("proxy_read_timeout")) > seconds(own.get("proxy_read_timeout")));
  const [body] = /client_max_body_size \S+/.exec(read("deploy/ams_keys.conf"))!;
  assertStringIncludes(read("deploy/shard.conf"), body);
});

Deno.test("ams_http.conf sends the query parameters that ams reads", () => {
  const names = read("lib/server/manifest_query.ts")
    .match(/const SELECTION_PARAMETERS = \[(.*)\]/)![1]!.match(/\w+/g)!;
  const conf = read("deploy/ams_http.conf");
  const maps = [
    ...conf.matchAll(
      /^map \$args \$ams_(\w+) \{\n.*\n +"~\(\?:\^\|&\)\(\?<ams_raw_(\w+)>(\w+)(?:=|\(\?:=)/gm,
    ),
  ];
  assertEquals(maps.map((found) => found.slice(1)), names.map((name) => [name, name, name]));
  const variables = [...names, "passed", "hdnts", "token"].map((name) => `$ams_${name}`).join("");
  assertStringIncludes(conf, `map ${variables} $ams_query {`);
  assertStringIncludes(conf, `(?i:${PROPERTY_NAMES.join("|")})`); // of a filter with an unescaped &&
});

Deno.test("the cache key of manifests is what ams receives", () => {
  const conf = read("deploy/ams_server.conf");
  assertStringIncludes(conf, "proxy_pass http://ams$ams_path$ams_query;");
  assertStringIncludes(conf, "proxy_pass http://ams_again$ams_path$ams_query;");
  assertStringIncludes(
    read("deploy/ams_manifest.conf"),
    'proxy_cache_key "$ams_checked$ams_coding $ams_origin $ams_key_path$ams_query";',
  );
});

Deno.test("wherever headers for ams are set, those for its log are among them, and in no cache key", () => {
  const files = [...Deno.readDirSync(new URL("../deploy/", import.meta.url))]
    .map(({ name }) => name).filter((name) => /^ams_.*\.conf$/.test(name));
  const counted = files.map((name) => {
    const text = read(`deploy/${name}`);
    const count = (pattern: RegExp) => text.match(pattern)?.length ?? 0;
    return [name, count(/proxy_set_header Connection /g), count(/include ams_client\.conf;/g)];
  });
  assert(counted.length > 5);
  assertEquals(counted.filter(([, settings, clients]) => settings !== clients), []);
  const keys = files.flatMap((name) => read(`deploy/${name}`).match(/proxy_cache_key .*/g) ?? []);
  const shared = keys.filter((key) => !read("deploy/ams_auth.conf").includes(key));
  assertEquals(shared.length, 3);
  assertEquals(
    shared.filter((key) => /http_|forwarded|request_id|arg|authorization|cookie/.test(key)),
    [],
  );
});

Deno.test("no proxy_next_upstream of servers with max_fails lists a status that counts as a failure", () => {
  const files = [...Deno.readDirSync(join(ROOT, "deploy"))].filter(({ name }) =>
    name.endsWith(".conf")
  );
  const blocks = files.flatMap(({ name }) =>
    read(`deploy/${name}`).split(/^(?=location |\}$)/m).filter((block) =>
      /^ *proxy_next_upstream .*http_5/m.test(block)
    )
  );
  assertEquals(blocks.length, 4, blocks.join());
  for (const block of blocks) assertStringIncludes(block, "proxy_pass http://ams_again$");
});

Deno.test("nginx waits for ams longer than ams for a source", () => {
  const [, seconds] = /^proxy_read_timeout (\d+)s;/m.exec(read("deploy/ams_proxy.conf"))!;
  const options = parseAmsOptions([]);
  if (typeof options === "string") throw new Error("Cannot serve");
  const { timeoutSeconds } = options.sources; // in which the last attempt starts
  assert(timeoutSeconds + ORIGIN_LIMITS.firstByteMs / 1000 <= Number(seconds), seconds);
  const [, whole] = /proxy_read_timeout (\d+)s; # until it is cached/.exec(
    read("deploy/ams_server.conf"),
  )!;
  assert(Number(whole) > Number(seconds), whole);
});
