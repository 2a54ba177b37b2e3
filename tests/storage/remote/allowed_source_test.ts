import { assertEquals } from "@std/assert";
import {
  findAllowedFile,
  isAbsoluteUrl,
  removeQuery,
} from "../../../lib/storage/remote/allowed_source.ts";
import { parseAllowedSource } from "../../../lib/storage/remote/mount_source.ts";

const ALLOWED = [
  "https://a.example/films",
  "http://localhost:8080",
  "http://127.0.0.1/x/%7Ey",
  "s3://media/films",
].map((text) => parseAllowedSource(text, () => undefined));

const found: [url: string, index: number, path: string][] = [
  ["https://a.example/films/a.mp4", 0, "a.mp4"],
  ["HTTPS://A.EXAMPLE:443/films/b/a.mp4", 0, "b/a.mp4"],
  [
    "https://a.example/f%69lms/a.mp4?X-Amz-Signature=a/..%2F&b",
    0,
    "a.mp4?X-Amz-Signature=a/..%2F&b",
  ],
  ["http://localhost:8080/a.mp4", 1, "a.mp4"],
  ["http://0x7f.1/x/~y/a", 2, "a"],
  ["s3://media/films/ü+%41 #b.mp4", 3, "ü+%41 #b.mp4"],
];

for (const [url, index, path] of found) {
  Deno.test(`findAllowedFile() finds ${url}`, () => {
    assertEquals(findAllowedFile(url, ALLOWED), { origin: ALLOWED[index]!, path });
  });
}

const refused = [
  "https://a.example/film/a.mp4",
  "https://a.example/films",
  "https://a.example/films/",
  "https://a.example/filmsx/a.mp4",
  "https://a.example/Films/a.mp4",
  "https://a.example//films/a.mp4",
  "https://a.example/films/../a.mp4",
  "https://a.example/films/%2e%2E/a.mp4",
  "https://a.example/films/.%2e/a.mp4",
  "https://a.example/films/..;/a.mp4",
  "https://a.example/films/..%3Bx=1/a.mp4",
  "https://a.example/films/..%2fa.mp4",
  "https://a.example/films/..%5ca.mp4",
  "https://a.example/films\\a.mp4",
  "https:\\\\a.example\\films\\a.mp4",
  "https:/a.example/films/a.mp4",
  "https://a.example/films/a.mp4#x",
  "https://a.example/films/a\tb.mp4",
  " https://a.example/films/a.mp4",
  "https://a.example/films/a\nb.mp4",
  "https://a.example/films/%0a.mp4",
  "https://a.example@b.example/films/a.mp4",
  "https://user@a.example/films/a.mp4",
  "https://a.example:443@b.example/films/a.mp4",
  "https://a.example.b.example/films/a.mp4",
  "https://a.example./films/a.mp4",
  "https://a.example:8443/films/a.mp4",
  "https://a.example:99999/films/a.mp4",
  "http://a.example/films/a.mp4",
  "https://a.example?/films/a.mp4",
  "http://localhost/a.mp4",
  "http://127.0.0.1:8080/a.mp4",
  "http://[::1]:8080/a.mp4",
  "http://169.254.169.254/x/~y/a",
  "s3://media/film",
  "s3://media/films/",
  "s3://media/films/../a",
  "s3://media/films//a",
  "s3://other/films/a",
  "s3://Media/films/a",
  "s3://media/films/a?endpoint=http://b.example",
  "s3://media@b.example/films/a",
  "ftp://a.example/films/a.mp4",
  "file:///films/a.mp4",
  "//a.example/films/a.mp4",
];

for (const url of refused) {
  Deno.test(`findAllowedFile() refuses ${JSON.stringify(url)}`, () => {
    assertEquals(findAllowedFile(url, ALLOWED), undefined);
  });
}

Deno.test("findAllowedFile() refuses everything without --allow-source", () => {
  assertEquals(findAllowedFile("https://a.example/films/a.mp4", []), undefined);
});

Deno.test("isAbsoluteUrl() knows URLs from names of files", () => {
  for (const name of ["https://a/b", "S3://a/b", "ftp://a", "a+b.c-d://"]) {
    assertEquals(isAbsoluteUrl(name), true, name);
  }
  for (const name of ["a.mp4", "a/b://c", "Film: one.mp4", "//a/b", "C:\\a", "https:/a"]) {
    assertEquals(isAbsoluteUrl(name), false, name);
  }
});

Deno.test("removeQuery() leaves no user, query or fragment", () => {
  assertEquals(removeQuery("https://u:p@a.example/b?token=x#y"), "https://a.example/b");
  assertEquals(removeQuery("https://a.example/b"), "https://a.example/b");
  assertEquals(removeQuery("s3://media/a#1.mp4?region=x"), "s3://media/a#1.mp4");
  assertEquals(removeQuery("films/a#1?.mp4"), "films/a#1?.mp4");
});
