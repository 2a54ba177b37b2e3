import { assertEquals, assertThrows } from "@std/assert";
import { MediaError } from "../../../lib/errors.ts";
import { buildListQuery, readListingPage } from "../../../lib/storage/remote/listing.ts";

const list = (content: string) =>
  `<?xml version="1.0" encoding="UTF-8"?>
<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>media</Name>${content}</ListBucketResult>`;

const URL_TYPE = "<EncodingType>url</EncodingType>";

const keys = (...names: string[]) =>
  names.map((name) => `<Contents><Key>${name}</Key></Contents>`).join("");

const prefixes = (...names: string[]) =>
  names.map((name) => `<CommonPrefixes><Prefix>${name}</Prefix></CommonPrefixes>`).join("");

/** Names of files, and of directories with a slash. */
function readNames(text: string, prefix = ""): string[] {
  return readListingPage(text, prefix).entries
    .map(({ name, kind }) => kind === "directory" ? `${name}/` : name);
}

Deno.test("buildListQuery() encodes values as RFC 3986, in the order of names", () => {
  assertEquals(
    buildListQuery(""),
    "delimiter=%2F&encoding-type=url&list-type=2&max-keys=1000&prefix=",
  );
  assertEquals(
    buildListQuery("a b+'(ü)*!/", { continuation: "1/a+b==", pageSize: 1 }),
    "continuation-token=1%2Fa%2Bb%3D%3D&delimiter=%2F&encoding-type=url&list-type=2&max-keys=1" +
      "&prefix=a%20b%2B%27%28%C3%BC%29%2A%21%2F",
  );
});

Deno.test("readListingPage() reads what a listing states of a file", () => {
  const text = list(
    `<IsTruncated>true</IsTruncated><NextContinuationToken>1/a&amp;b==</NextContinuationToken>
    <Contents><Key>films/a.mp4</Key><LastModified>2026-11-30T12:00:00.999Z</LastModified>
    <ETag>&quot;x-2&quot;</ETag><Size>5000000000</Size><Owner><ID>1</ID></Owner></Contents>
    <Contents><Key>films/b.mp4</Key><ETag>y</ETag><Size>-1</Size><LastModified>?</LastModified></Contents>`,
  );
  assertEquals(readListingPage(text, "films/"), {
    entries: [
      {
        name: "a.mp4",
        kind: "file",
        size: 5e9,
        etag: '"x-2"',
        modifiedAtMs: Date.UTC(2026, 10, 30, 12),
      },
      { name: "b.mp4", kind: "file", etag: '"y"' },
    ],
    next: "1/a&b==",
  });
});

const spellings: [server: string, text: string, names: string[], prefix?: string][] = [
  [
    "AWS and MinIO",
    URL_TYPE + keys("odd/a+b", "odd/a%2Bb", "odd/100%25", "odd/%ED%95%9C") + prefixes("odd/c+d/"),
    ["a b", "a+b", "100%", "한", "c d/"],
    "odd/",
  ],
  ["Swift", URL_TYPE + keys("odd/a%20b", "odd/a%2Bb") + prefixes("odd/c%20d/"), [
    "a b",
    "a+b",
    "c d/",
  ], "odd/"],
  ["Ceph", URL_TYPE + keys("odd%2Fa%20b") + prefixes("odd%2Fc%20d%2F"), ["a b", "c d/"], "odd/"],
  ["Ceph before 2019", URL_TYPE + keys("odd%2Fa%20b") + prefixes("odd/c d/", "odd/ü/"), [
    "a b",
    "c d/",
    "ü/",
  ], "odd/"],
  ["without url", keys("a+b", "a%20b", "a&amp;b&#x27;c&lt;") + prefixes("c+%41/"), [
    "a+b",
    "a%20b",
    "a&b'c<",
    "c+%41/",
  ]],
];

for (const [server, text, names, prefix] of spellings) {
  Deno.test(`readListingPage() decodes keys of ${server}`, () => {
    assertEquals(readNames(list(text), prefix), names);
  });
}

Deno.test("readListingPage() omits markers, and keys that no URL can name", () => {
  const odd = [
    "films/",
    "films//",
    "films/./",
    "films/../",
    "films/.%2Fx/",
    "films/a%5Cb/",
    "films/%0A/",
  ];
  assertEquals(readNames(list(URL_TYPE + prefixes(...odd, "films/b/")), "films/"), ["b/"]);
  const files = [
    "films/",
    "films/.",
    "films/..",
    "films/a%00",
    "films/%FF",
    "other/a",
    "films/c/d",
    "films/.e",
  ];
  assertEquals(readNames(list(URL_TYPE + keys(...files)), "films/"), [".e"]);
  assertEquals(readNames(list("<Contents></Contents><CommonPrefixes></CommonPrefixes>")), []);
});

const invalid: [text: string, message: string][] = [
  ["<Error><Code>x</Code></Error>", "Cannot read a listing: expected ListBucketResult, not Error"],
  [
    list("<IsTruncated>true</IsTruncated>"),
    "Cannot read a listing: expected NextContinuationToken",
  ],
  ["<html><br></html>", "Cannot"],
  ["{}", "Cannot"],
];

for (const [text, message] of invalid) {
  Deno.test(`readListingPage() rejects ${text}`, () => {
    assertThrows(() => readListingPage(text, ""), MediaError, message);
  });
}

Deno.test("readListingPage() rejects a page of more keys than were requested", () => {
  const page = (count: number) => list(keys(...Array<string>(count).fill("elsewhere/a")));
  assertEquals(readNames(page(2000)), []);
  assertThrows(
    () => readListingPage(page(3000), ""),
    MediaError,
    "Cannot read a listing: expected at most 2000 keys, not 3000",
  );
});
