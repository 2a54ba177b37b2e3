import { assertEquals } from "@std/assert";
import { parseMountSource } from "../../../lib/storage/remote/mount_source.ts";
import type { RemoteOrigin } from "../../../lib/storage/remote/origin.ts";
import { probeOrigin } from "../../../lib/storage/remote/origin_probe.ts";
import { RemoteClient } from "./remote_client.ts";
import { TestOrigin } from "./test_origin.ts";

const { signal } = new AbortController();

const BUCKET = "s3://media/films?endpoint=https://s3.example";
const SITE = "https://a.example/films/";

const xml = (code: string) => `<Error><Code>${code}</Code></Error>`;

const LISTED = "<ListBucketResult></ListBucketResult>";

const results: [
  source: string,
  status: number,
  body: string,
  isUsable: boolean,
  message: string,
][] = [
  [BUCKET, 200, LISTED, true, "responds"],
  [
    BUCKET,
    403,
    xml("AccessDenied"),
    true,
    "responds, but denies listings: files play, directories are not found",
  ],
  [BUCKET, 404, xml("NoSuchBucket"), false, "does not exist"],
  [
    BUCKET,
    403,
    xml("InvalidAccessKeyId"),
    false,
    "cannot be used (SOURCE_DENIED): it denies access to ams",
  ],
  [
    BUCKET,
    200,
    "<html>",
    false,
    "cannot be used (SOURCE_INVALID): it responds with something else than a listing",
  ],
  [BUCKET, 503, "", false, "cannot be used (SOURCE_UNAVAILABLE): it responds with status 503"],
  [SITE, 200, "<html>", true, "responds"],
  [SITE, 404, "", true, "responds"],
  [SITE, 403, "", true, "responds"],
  [SITE, 401, "", false, "cannot be used (SOURCE_DENIED): it denies access to ams"],
  [SITE, 500, "", false, "cannot be used (SOURCE_UNAVAILABLE): it responds with status 500"],
];

for (const [source, status, body, isUsable, message] of results) {
  Deno.test(`probeOrigin() of ${source} reads ${status} ${body}`, async () => {
    const origin = parseMountSource(source, () => undefined) as RemoteOrigin;
    const urls: string[] = [];
    await using remote = new RemoteClient(await TestOrigin.start(), {
      fetch(url) {
        urls.push(`${url}`);
        return Promise.resolve(new Response(new Blob([body]).stream(), { status }));
      },
    }, origin);
    assertEquals(await probeOrigin(remote.client, origin, signal), { isUsable, message });
    assertEquals(
      urls[0],
      source === SITE ? SITE : "https://s3.example/media/?" +
        "delimiter=%2F&encoding-type=url&list-type=2&max-keys=1&prefix=films%2F",
    );
  });
}

Deno.test("probeOrigin() reports connections that fail", async () => {
  const origin = parseMountSource(BUCKET, () => undefined) as RemoteOrigin;
  const probe = async (fetch: () => Promise<Response>) => {
    await using remote = new RemoteClient(await TestOrigin.start(), { fetch }, origin);
    return (await probeOrigin(remote.client, origin, signal)).message;
  };
  const refused = new TypeError("", { cause: new Error("tcp connect error: Connection refused") });
  assertEquals(
    await probe(() => Promise.reject(refused)),
    "cannot be used (SOURCE_UNAVAILABLE): it refuses connections",
  );
});
