import { assertEquals, assertRejects } from "@std/assert";
import { SourceError } from "../../../lib/errors.ts";
import type { S3Origin } from "../../../lib/storage/remote/origin.ts";
import { RemoteClient } from "./remote_client.ts";
import { TestOrigin } from "./test_origin.ts";

const { signal } = new AbortController();

const ORIGIN: S3Origin = {
  kind: "s3",
  bucket: "media",
  prefix: "films/",
  endpoint: "http://s3.example",
  region: "us-east-1",
  style: "path",
  sidecars: false,
  anonymous: true,
};

const page = (content: string, next?: string) =>
  `<ListBucketResult><EncodingType>url</EncodingType>${content}` +
  (next
    ? `<IsTruncated>true</IsTruncated><NextContinuationToken>${next}</NextContinuationToken>`
    : "") +
  "</ListBucketResult>";

const file = (key: string) => `<Contents><Key>${key}</Key></Contents>`;
const directory = (key: string) => `<CommonPrefixes><Prefix>${key}</Prefix></CommonPrefixes>`;

/** The body is a byte stream, as that of a connection is. */
async function toResponse(response: Response | string): Promise<Response> {
  const { status, headers } = typeof response === "string" ? new Response() : response;
  const body = typeof response === "string" ? response : await response.text();
  return new Response(new Blob([body]).stream(), { status, headers });
}

/** Lists a directory of a bucket that responds with `respond`; returns names, and queries. */
async function list(path: string, respond: (query: URLSearchParams) => Response | string) {
  const queries: string[] = [];
  await using remote = new RemoteClient(await TestOrigin.start(), {
    fetch(url) {
      queries.push(`${url}`);
      return toResponse(respond(url.searchParams));
    },
  }, ORIGIN);
  const entries = await remote.reader.list(path, signal);
  return { names: entries?.map(({ name, kind }) => `${kind} ${name}`), queries, sent: remote.sent };
}

Deno.test("listBucket() requests the keys below a directory, page by page", async () => {
  const pages: Record<string, string> = {
    "": page(file("films/a%20b/x.mp4") + directory("films/a%20b/y/"), "1/+"),
    "1/+": page(directory("films/a%20b/z/") + file("films/a%20b/z"), "2"),
    "2": page(file("films/a%20b/u.mp4") + directory("films/a%20b/x.mp4/")),
  };
  const { names, queries, sent } = await list(
    "a b",
    (it) => pages[it.get("continuation-token") ?? ""]!,
  );
  assertEquals(names, ["file x.mp4", "directory y", "file z", "file u.mp4"]);
  const query = "delimiter=%2F&encoding-type=url&list-type=2&max-keys=1000&prefix=films%2Fa%20b%2F";
  assertEquals(
    queries,
    ["", "continuation-token=1%2F%2B&", "continuation-token=2&"].map((continuation) =>
      `http://s3.example/media/?${continuation}${query}`
    ),
  );
  assertEquals(sent.map(({ result }) => result), Array(3).fill("success"));
});

Deno.test("listBucket() finds a directory where a key is below it", async () => {
  assertEquals((await list("none", () => page(""))).names, undefined);
  assertEquals((await list("marker", () => page(file("films/marker/")))).names, undefined);
  assertEquals((await list("", () => page(""))).names, []);
  for (const path of ["a/..", "a//b", "/"]) {
    const { names, queries } = await list(path, () => page(file(`films/${path}/x`)));
    assertEquals([names, queries], [undefined, []]);
  }
});

Deno.test("listBucket() ends after 10,000 entries, and with servers that never end", async () => {
  let next = 0;
  const long = await list(
    "",
    () => page(Array.from({ length: 1000 }, () => file(`films/${next++}`)).join(""), `${next}`),
  );
  assertEquals([long.names?.length, long.queries.length], [11_000, 11]);
  const endless = await list("", () => page("", "1"));
  assertEquals([endless.names, endless.queries.length], [[], 50]);
});

Deno.test("listBucket() finds nothing where listing is denied, or there is no bucket", async () => {
  const denied = "<Error><Code>AccessDenied</Code></Error>";
  assertEquals((await list("", () => new Response(denied, { status: 403 }))).names, undefined);
  assertEquals((await list("", () => new Response("", { status: 404 }))).names, undefined);
});

const failures: [name: string, response: () => Response, code: string, reason: string][] = [
  [
    "a page for people",
    () => new Response("<html><br>"),
    "SOURCE_INVALID",
    "something else than a listing",
  ],
  [
    "an error with status 200",
    () => new Response("<Error/>"),
    "SOURCE_INVALID",
    "something else than a listing",
  ],
  [
    "a compressed listing",
    () => new Response(page(""), { headers: { "content-encoding": "gzip" } }),
    "SOURCE_INVALID",
    'the content coding "gzip"',
  ],
  ["an overload", () => new Response("", { status: 503 }), "SOURCE_UNAVAILABLE", "status 503"],
  ["no authorization", () => new Response("", { status: 401 }), "SOURCE_DENIED", "denies access"],
];

for (const [name, response, code, reason] of failures) {
  Deno.test(`listBucket() reports ${name}`, async () => {
    const error = await assertRejects(() => list("a", response), SourceError, reason);
    assertEquals(error.code, code);
  });
}

Deno.test("listBucket() requests no directory whose key is too long", async () => {
  const { names, queries } = await list("a".repeat(1019), () => page(""));
  assertEquals([names, queries], [undefined, []]);
});

Deno.test("listBucket() logs no more than a line of what an origin sends", async () => {
  await using remote = new RemoteClient(await TestOrigin.start(), {
    fetch: () => toResponse(`<${"a".repeat(100_000)}/>`),
  }, ORIGIN);
  await assertRejects(() => remote.reader.list("", signal), SourceError);
  assertEquals(remote.log.map(({ length }) => length < 400), [true]);
});
