/** amspackager reads from a web server and a bucket of others, and writes packages to the bucket that ams serves. */

import { assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { GetObjectCommand, type S3Client } from "npm:@aws-sdk/client-s3@3.1169.0";
import { type Ams, getCommandLine, startAms, TESTDATA } from "./ams.ts";
import { type CountingProxy, startCountingProxy } from "./counting_proxy.ts";
import { type Nginx, startStaticNginx } from "./nginx.ts";
import {
  createS3Client,
  startSwiftServer,
  SWIFT_CREDENTIALS,
  type SwiftServer,
  uploadDirectory,
  uploadInParts,
} from "./swift_server.ts";
import { createTemporaryDirectory } from "./temporary_directory.ts";

const VIDEO = "films/video + 100%41 '1'(2)*!é#.mp4";
const AUDIO = "films/deep er/áudio&x=1.mp4";
const FILES = { [VIDEO]: "ladder-avc-240p.mp4", [AUDIO]: "ladder-aac-eng.mp4" };

const directory = createTemporaryDirectory();
const root = join(directory.path, "root");
let nginx: Nginx;
let swift: SwiftServer;
let proxy: CountingProxy;
let client: S3Client;
let ams: Ams;

Deno.test.beforeAll(async () => {
  await Deno.chmod(directory.path, 0o755); // workers of nginx have another user
  for (const [name, file] of Object.entries(FILES)) {
    await Deno.mkdir(join(root, name, ".."), { recursive: true });
    await Deno.copyFile(join(TESTDATA, file), join(root, name));
  }
  swift = await startSwiftServer();
  client = createS3Client(swift.endpoint);
  await uploadDirectory(client, "media", root);
  proxy = await startCountingProxy(swift.endpoint);
  nginx = await startStaticNginx(
    root,
    `location /media/ {
      limit_except GET { deny all; }
      proxy_set_header Host $http_host;
      proxy_pass ${swift.endpoint};
    }`,
  );
  await writeCredentials("credentials", SWIFT_CREDENTIALS.secretAccessKey);
  await writeCredentials("wrong", "wrong");
});

Deno.test.afterAll(async () => {
  await ams?.[Symbol.asyncDispose]();
  await nginx?.[Symbol.asyncDispose]();
  await proxy?.[Symbol.asyncDispose]();
  client?.destroy();
  await swift?.[Symbol.asyncDispose]();
  directory[Symbol.dispose]();
});

async function writeCredentials(name: string, secret: string): Promise<void> {
  const { accessKeyId } = SWIFT_CREDENTIALS;
  const lines = [
    "[default]",
    `aws_access_key_id=${accessKeyId}`,
    `aws_secret_access_key=${secret}`,
  ];
  await Deno.writeTextFile(join(directory.path, name), lines.join("\n"), { mode: 0o600 });
}

/** Returns the URL of an object with what amspackager needs to reach it. */
function s3(key: string, { endpoint = proxy.url, credentials = "credentials" } = {}): string {
  return `s3://media/${key}?endpoint=${endpoint}&credentials=${join(directory.path, credentials)}`;
}

async function run(...args: string[]): Promise<{ code: number; output: string }> {
  const [command, ...first] = getCommandLine("amspackager");
  const { code, stdout, stderr } = await new Deno.Command(command!, {
    args: [...first, ...args],
    cwd: root,
    stdin: "null",
    env: { NO_COLOR: "1" },
  }).output();
  return { code, output: new TextDecoder().decode(new Uint8Array([...stdout, ...stderr])) };
}

async function succeed(...args: string[]): Promise<string> {
  const { code, output } = await run(...args);
  assertEquals(code, 0, output);
  return output;
}

async function readObject(Key: string): Promise<string> {
  return await (await client.send(new GetObjectCommand({ Bucket: "media", Key }))).Body!
    .transformToString();
}

/** Of a package in the bucket, which has been read with `JSON.parse()`. */
interface ReadPackage {
  readonly sources: readonly { readonly file: string; readonly etag?: string }[];
}

/** Without what local files do not have. */
function withoutTags({ sources, ...pack }: ReadPackage) {
  return { ...pack, sources: sources.map(({ etag: _, ...source }) => source) };
}

Deno.test("amspackager writes the package of objects to their bucket by one request", async () => {
  proxy.take();
  await succeed("-q", "-d", "2", "-o", s3("films/video.json"), s3(VIDEO), s3(AUDIO), "-l", "fra");
  const { requests } = proxy.take();
  const written = requests.filter(({ method }) => method !== "GET");
  assertEquals(written.map(({ method, path, status }) => [method, path, status]), [
    ["PUT", "/media/films/video.json", 200],
  ]);
  await succeed("-q", "-d", "2", "-o", "films/video.json", VIDEO, AUDIO, "-l", "fra");
  const pack = JSON.parse(await readObject("films/video.json"));
  const local = JSON.parse(await Deno.readTextFile(join(root, "films/video.json")));
  assertEquals(withoutTags(pack), withoutTags(local));
  assertEquals(pack.sources.map(({ etag }: { etag: string }) => /^"[0-9a-f]{32}"$/.test(etag)), [
    true,
    true,
  ]);
  assertMatch(await succeed("verify", s3("films/video.json")), /^Everything matches the files: /m);
});

Deno.test("ams serves a package of a bucket as that of a directory", async () => {
  const mount = `/s3=${s3("films")}`;
  const allowed = ["--allow-source", `${nginx.url}/films`];
  ams = await startAms(join(root, "films"), "--workers", "2", "--mount", mount, ...allowed);
  const playlists = [".m3u8", ".mpd", "Manifest"].map((name) => `/video.json/${name}`);
  const compare = async (path: string) => {
    const [local, remote] = await Promise.all([path, `/s3${path}`].map(fetchText));
    assertEquals(remote, local, path);
    return local!.text;
  };
  assertEquals(await visit(playlists, compare) > 15, true);
});

/** Reads playlists and what they name; returns the number of responses. */
async function visit(
  playlists: readonly string[],
  read: (path: string) => Promise<string>,
): Promise<number> {
  const paths = new Set(playlists);
  for (const path of paths) { // also visits those that are added
    const text = await read(path);
    if (!path.endsWith(".m3u8")) continue;
    for (const [, line, uri] of text.matchAll(/^([^#\s].*)$|URI="([^"]+)"/gm)) {
      paths.add(new URL(line ?? uri!, `http://h${path}`).pathname);
    }
  }
  return paths.size;
}

async function fetchText(path: string) {
  const response = await fetch(ams.url + path);
  const etag = response.headers.get("etag");
  return { status: response.status, etag, text: await response.text() };
}

Deno.test("amspackager leaves the old package where it cannot write a new one", async () => {
  const before = await readObject("films/video.json");
  const inputs = [nginx.url + "/" + encodeURIComponent(VIDEO).replaceAll("%2F", "/")];
  for (
    const [output, why] of [
      [
        s3("films/video.json", { endpoint: nginx.url }),
        "Cannot write 's3://media/films/video.json': ",
      ],
      [s3("films/video.json", { credentials: "wrong" }), "s3://media/films/video.json: "],
      [s3("none/../video.json"), "Cannot use this URL"],
    ] as const
  ) {
    const { code, output: printed } = await run("-q", "-o", output, ...inputs);
    assertEquals([code > 0, printed.includes(`amspackager: ${why}`)], [true, true], printed);
    assertEquals(/credentials|127\.0\.0\.1|wrong/.test(printed), false, printed);
    assertEquals(await readObject("films/video.json"), before);
  }
});

Deno.test("amspackager reads files of a web server, which ams and verify read with --allow-source", async () => {
  const url = `${nginx.url}/${VIDEO.split("/").map(encodeURIComponent).join("/")}`;
  const output = await succeed("-d", "2", "-o", "films/http.json", url);
  assertMatch(output, new RegExp(`ams -d . --allow-source '?${nginx.url}/films'? then`));
  const [{ file }] = JSON.parse(await Deno.readTextFile(join(root, "films/http.json"))).tracks;
  const bytes = await (await fetch(file)).bytes();
  assertEquals(bytes, await Deno.readFile(join(root, VIDEO)));
  const read = async (path: string) => {
    const { status, text } = await fetchText(path);
    assertEquals(status, 200, text);
    return text;
  };
  assertEquals(await visit(["/http.json/.m3u8"], read) > 7, true);
  assertEquals((await run("verify", "films/http.json")).code, 1);
  await succeed("verify", "films/http.json", "--allow-source", `${nginx.url}/films`);
});

Deno.test("amspackager verify finds that an object was uploaded again, and seal mends it", async () => {
  const Bucket = "media";
  const bytes = await Deno.readFile(join(root, VIDEO));
  const etag = await uploadInParts(client, { Bucket, Key: VIDEO }, [bytes]);
  const { code, output } = await run("verify", "--json", s3("films/video.json"));
  const { differences } = JSON.parse(output.slice(0, output.lastIndexOf("}") + 1));
  assertEquals([code, differences.length, differences[0].rule], [1, 1, "content"]);
  const start = `the origin sends the ETag ${etag} of '${VIDEO.slice("films/".length)}'`;
  assertEquals(differences[0].message.startsWith(start), true, differences[0].message);
  await succeed("seal", s3("films/video.json"));
  await succeed("verify", s3("films/video.json"));
});
