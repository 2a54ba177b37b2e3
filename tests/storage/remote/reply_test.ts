import { assertEquals } from "@std/assert";
import type { RemoteFile } from "../../../lib/storage/remote/range_reader.ts";
import {
  buildConditions,
  type ExpectedReply,
  readReply,
  type Reply,
} from "../../../lib/storage/remote/reply.ts";

const DATE = "Mon, 30 Nov 2026 12:00:00 GMT";
const MODIFIED = Date.parse(DATE);

const STRONG: RemoteFile = { path: "a", size: 1000, etag: '"x"', modifiedAtMs: MODIFIED };
const WEAK: RemoteFile = { ...STRONG, etag: 'W/"x"' };
const DATED: RemoteFile = { ...STRONG, etag: undefined };
const BARE: RemoteFile = { ...DATED, modifiedAtMs: undefined };

const conditions: [file: RemoteFile, read: object, revalidation: object][] = [
  [STRONG, { "if-match": '"x"' }, { "if-none-match": '"x"' }],
  [WEAK, { "if-unmodified-since": DATE }, { "if-none-match": 'W/"x"' }],
  [DATED, { "if-unmodified-since": DATE }, { "if-modified-since": DATE }],
  [{ ...BARE, etag: "x" }, {}, { "if-none-match": "x" }],
  [BARE, {}, {}],
];

for (const [file, read, revalidation] of conditions) {
  Deno.test(`buildConditions() of ETag ${file.etag}, date ${file.modifiedAtMs}`, () => {
    assertEquals([buildConditions(file, false), buildConditions(file, true)], [read, revalidation]);
  });
}

const FIRST: ExpectedReply = { start: 0, end: 65536 };
const READ: ExpectedReply = { start: 100, end: 200, known: STRONG };
const ALL: ExpectedReply = { start: 0, end: 1000, known: STRONG };
const AGAIN: ExpectedReply = { ...FIRST, previous: STRONG };

const TAGGED = { etag: '"x"', "last-modified": DATE };
const PART = { ...TAGGED, "content-range": "bytes 100-199/1000" };
const START = { ...TAGGED, "content-range": "bytes 0-999/1000" };

const file = ({ size, etag, modifiedAtMs }: RemoteFile) => ({ size, etag, modifiedAtMs });

const bytes = (end: number, known: RemoteFile): Reply => ({
  kind: "bytes",
  end,
  file: file(known),
});
const invalid = (what: string): Reply => ({ kind: "invalid", reason: `it responds with ${what}` });
const CHANGED: Reply = { kind: "changed" };
const UNCHANGED: Reply = { kind: "unchanged" };

const replies: [
  name: string,
  status: number,
  headers: Record<string, string>,
  expected: ExpectedReply,
  reply: Reply,
][] = [
  ["the range", 206, PART, READ, bytes(200, STRONG)],
  [
    "the range with an endless ETag",
    206,
    { ...PART, etag: `"${"x".repeat(1023)}"` },
    READ,
    invalid("an ETag of more than 1024 characters"),
  ],
  [
    "all of the file with an endless ETag",
    200,
    { etag: `"${"x".repeat(1023)}"` },
    FIRST,
    invalid("an ETag of more than 1024 characters"),
  ],
  [
    "the range with its length",
    206,
    { ...PART, "content-length": "100" },
    READ,
    bytes(200, STRONG),
  ],
  [
    "a range in capitals",
    206,
    { ...PART, "content-range": "Bytes 100-199/1000" },
    READ,
    bytes(200, STRONG),
  ],
  ["all of a short file", 206, START, FIRST, bytes(1000, STRONG)],
  [
    "the start of a long file",
    206,
    { "content-range": "bytes 0-65535/5000000000" },
    FIRST,
    bytes(65536, { ...BARE, size: 5e9 }),
  ],
  ["no range", 206, TAGGED, READ, invalid("no range")],
  [
    "several ranges",
    206,
    { "content-type": "multipart/byteranges; boundary=x" },
    READ,
    invalid("no range"),
  ],
  [
    "an unknown size",
    206,
    { "content-range": "bytes 100-199/*" },
    READ,
    invalid('the range "bytes 100-199/*"'),
  ],
  [
    "an earlier range",
    206,
    { ...PART, "content-range": "bytes 0-99/1000" },
    READ,
    invalid('another range than bytes 100-199: "bytes 0-99/1000"'),
  ],
  [
    "a longer range",
    206,
    { ...PART, "content-range": "bytes 100-200/1000" },
    READ,
    invalid('another range than bytes 100-199: "bytes 100-200/1000"'),
  ],
  [
    "a shorter range",
    206,
    { ...PART, "content-range": "bytes 100-198/1000" },
    READ,
    invalid('another range than bytes 100-199: "bytes 100-198/1000"'),
  ],
  [
    "another length",
    206,
    { ...PART, "content-length": "99" },
    READ,
    invalid("more or fewer bytes than the range"),
  ],
  ["another size", 206, { ...PART, "content-range": "bytes 100-199/1001" }, READ, CHANGED],
  ["a shorter file", 206, { ...PART, "content-range": "bytes 100-149/150" }, READ, CHANGED],
  ["another ETag", 206, { ...PART, etag: '"y"' }, READ, CHANGED],
  ["the ETag as a weak one", 206, { ...PART, etag: 'W/"x"' }, READ, CHANGED],
  ["no ETag", 206, { "content-range": "bytes 100-199/1000" }, READ, invalid("no ETag")],
  ["an ETag where there was none", 206, PART, { ...READ, known: DATED }, CHANGED],
  [
    "another date with the same strong ETag",
    206,
    { ...PART, "last-modified": "Mon, 30 Nov 2026 12:00:01 GMT" },
    READ,
    bytes(200, { ...STRONG, modifiedAtMs: MODIFIED + 1000 }),
  ],
  [
    "another date with the same weak ETag",
    206,
    { ...PART, etag: 'W/"x"', "last-modified": "Mon, 30 Nov 2026 12:00:01 GMT" },
    { ...READ, known: WEAK },
    CHANGED,
  ],
  [
    "the same weak ETag",
    206,
    { ...PART, etag: 'W/"x"' },
    { ...READ, known: WEAK },
    bytes(200, WEAK),
  ],
  [
    "no date where there was one",
    206,
    { "content-range": "bytes 100-199/1000" },
    { ...READ, known: DATED },
    invalid("no Last-Modified"),
  ],
  [
    "the same size alone",
    206,
    { "content-range": "bytes 100-199/1000" },
    { ...READ, known: BARE },
    bytes(200, BARE),
  ],
  [
    "gzip",
    206,
    { ...PART, "content-encoding": "gzip" },
    READ,
    invalid('the content coding "gzip"'),
  ],
  [
    "aws-chunked and gzip",
    206,
    { ...PART, "content-encoding": "aws-chunked,gzip" },
    READ,
    invalid('the content coding "gzip"'),
  ],
  ["aws-chunked", 206, { ...PART, "content-encoding": "aws-chunked" }, READ, bytes(200, STRONG)],
  ["an empty coding", 206, { ...PART, "content-encoding": "" }, READ, bytes(200, STRONG)],
  ["identity", 206, { ...PART, "content-encoding": "Identity" }, READ, bytes(200, STRONG)],
  ["all of the file", 200, { ...TAGGED, "content-length": "1000" }, ALL, bytes(1000, STRONG)],
  ["all of the file, chunked", 200, TAGGED, ALL, bytes(1000, STRONG)],
  [
    "all of a file, gzipped",
    200,
    { ...TAGGED, "content-encoding": "br" },
    ALL,
    invalid('the content coding "br"'),
  ],
  ["all of a new file", 200, { ...TAGGED, "content-length": "1000" }, FIRST, bytes(1000, STRONG)],
  [
    "all of a new file, chunked",
    200,
    TAGGED,
    FIRST,
    { kind: "unsized", validators: { etag: '"x"', modifiedAtMs: MODIFIED } },
  ],
  ["an empty file", 200, { "content-length": "0" }, FIRST, bytes(0, { ...BARE, size: 0 })],
  [
    "all of a long file",
    200,
    { ...TAGGED, "content-length": "65537" },
    FIRST,
    invalid("all of the file: it serves no ranges"),
  ],
  [
    "all of the file for a part",
    200,
    { ...TAGGED, "content-length": "1000" },
    READ,
    invalid("all of the file: it serves no ranges"),
  ],
  ["all of another file for a part", 200, { ...TAGGED, "content-length": "999" }, READ, CHANGED],
  ["all of a file with another ETag", 200, { etag: '"y"', "content-length": "1000" }, ALL, CHANGED],
  ["not modified", 304, {}, AGAIN, UNCHANGED],
  ["not modified, unasked", 304, {}, READ, invalid("status 304")],
  ["the same file again", 206, START, AGAIN, UNCHANGED],
  [
    "another file again",
    206,
    { ...START, etag: '"y"' },
    AGAIN,
    bytes(1000, { ...STRONG, etag: '"y"' }),
  ],
  ["the file without ETag again", 206, { ...START, etag: "" }, AGAIN, bytes(1000, DATED)],
  [
    "a longer file again",
    206,
    { ...TAGGED, "content-range": "bytes 0-1000/1001" },
    AGAIN,
    bytes(1001, { ...STRONG, size: 1001 }),
  ],
  ["the same undescribed file again", 206, { "content-range": "bytes 0-999/1000" }, {
    ...FIRST,
    previous: BARE,
  }, UNCHANGED],
  ["an empty file", 416, { "content-range": "bytes */0" }, FIRST, bytes(0, { ...BARE, size: 0 })],
  ["an empty file without a size", 416, {}, FIRST, bytes(0, { ...BARE, size: 0 })],
  ["an empty file again", 416, {}, { ...FIRST, previous: { ...BARE, size: 0 } }, UNCHANGED],
  ["an emptied file again", 416, {}, AGAIN, bytes(0, { ...BARE, size: 0 })],
  [
    "a file that has no start",
    416,
    { "content-range": "bytes */9" },
    FIRST,
    invalid("status 416"),
  ],
  ["a range after the end", 416, { "content-range": "bytes */90" }, READ, CHANGED],
  ["a failed precondition", 412, {}, READ, CHANGED],
  ["a failed precondition, unasked", 412, {}, FIRST, invalid("status 412")],
  ["no such file", 404, {}, READ, { kind: "missing" }],
  ["no such file any more", 410, {}, READ, { kind: "missing" }],
  ["a URL that is too long", 414, {}, FIRST, { kind: "missing" }],
  ["a malformed request", 400, {}, READ, { kind: "refused" }],
  ["no authorization", 401, {}, READ, { kind: "refused" }],
  ["forbidden", 403, {}, READ, { kind: "refused" }],
  ["another region", 301, {}, READ, { kind: "refused" }],
  ["a redirect of a directory", 301, { location: "/a/" }, FIRST, { kind: "missing" }],
  ["a redirect without location", 302, {}, READ, invalid("status 302")],
  ["another method", 405, {}, READ, invalid("status 405")],
  ["no content", 204, {}, READ, invalid("status 204")],
  ["an internal error", 500, {}, READ, { kind: "failed", reason: "it responds with status 500" }],
  [
    "too many requests",
    429,
    { "retry-after": "2" },
    READ,
    { kind: "failed", reason: "it responds with status 429", retryAfterMs: 2000 },
  ],
  [
    "an overload until a date",
    503,
    { "retry-after": DATE },
    READ,
    { kind: "failed", reason: "it responds with status 503" },
  ],
];

for (const [name, status, headers, expected, reply] of replies) {
  Deno.test(`readReply() reads ${name}: ${status}, expected from ${expected.start}`, () => {
    assertEquals(readReply({ status, headers: new Headers(headers) }, expected), reply);
  });
}
