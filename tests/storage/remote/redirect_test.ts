import { assertEquals } from "@std/assert";
import {
  describeTarget,
  followRedirect,
  getLocation,
  isDirectoryRedirect,
  isSameHost,
} from "../../../lib/storage/remote/redirect.ts";

const HOSTS = new Set(["a.example:443", "a.example:80", "b.example:8080"]);

const followed: [from: string, location: string, to: string][] = [
  ["https://a.example/x/y", "z?q=1#f", "https://a.example/x/z?q=1"],
  ["https://a.example/x", "/%2e%2e/y", "https://a.example/y"],
  ["https://a.example/x", "//a.example:443/y", "https://a.example/y"],
  ["http://a.example/x", "https://a.example/x", "https://a.example/x"],
  ["http://a.example/x", "http://b.example:8080/y", "http://b.example:8080/y"],
];

for (const [from, location, to] of followed) {
  Deno.test(`followRedirect() follows ${from} to ${location}`, () => {
    assertEquals(String(followRedirect(new URL(from), location, HOSTS)), to);
  });
}

const HOST = "it redirects to a host that no mount and no --allow-source names";
const SCHEME = "it redirects to something else than an http(s) URL";

const refused: [location: string, reason: string][] = [
  ["https://c.example/", HOST],
  ["https://a.example:8443/", HOST],
  ["https://b.example/", HOST],
  ["\\\\c.example/x", HOST],
  ["https://a.example.c.example/", HOST],
  ["https://169.254.169.254/", HOST],
  ["http://a.example/", "it redirects from https to http"],
  ["http://c.example/", "it redirects from https to http"],
  ["https://user@a.example/", SCHEME],
  ["https://a.example:x/", SCHEME],
  ["file:///etc/passwd", SCHEME],
  ["data:text/plain,x", SCHEME],
];

for (const [location, reason] of refused) {
  Deno.test(`followRedirect() refuses ${location}`, () => {
    assertEquals(followRedirect(new URL("https://a.example/x"), location, HOSTS), reason);
  });
}

Deno.test("getLocation() returns the target of redirects alone", () => {
  const get = (status: number, location = "/y") =>
    getLocation({ status, headers: new Headers({ location }) });
  assertEquals([301, 302, 303, 307, 308].map((status) => get(status)), Array(5).fill("/y"));
  assertEquals([200, 206, 300, 304, 404].map((status) => get(status)), Array(5).fill(undefined));
  assertEquals(get(301, ""), undefined);
});

const targets: [headers: Record<string, string>, description: string][] = [
  [{ location: "https://b.example:8080/x?secret" }, " (b.example:8080)"],
  [{ location: "/x" }, ""],
  [
    { location: "https://a.s3.eu-west-1.amazonaws.com/x", "x-amz-bucket-region": "eu-west-1" },
    " (a.s3.eu-west-1.amazonaws.com): the bucket is in region eu-west-1",
  ],
  [{ location: "https://b.example/", "x-amz-bucket-region": "two words" }, " (b.example)"],
];

for (const [headers, description] of targets) {
  Deno.test(`describeTarget() describes ${headers.location}${description && " as"}${description}`, () => {
    assertEquals(describeTarget({ status: 307, headers: new Headers(headers) }), description);
  });
}

const directories: [location: string, isDirectory: boolean][] = [
  ["/x/films/", true],
  ["http://a.example:8080/x/films/", true],
  ["films/?a=b", true],
  ["/x/films", false],
  ["/x/films/index.html", false],
  ["https://b.example/x/films/", false],
  ["http://", false],
];

for (const [location, expected] of directories) {
  Deno.test(`isDirectoryRedirect() compares https://a.example/x/films with ${location}`, () => {
    assertEquals(isDirectoryRedirect(new URL("https://a.example/x/films"), location), expected);
  });
}

const PLUS = new URL("https://a.example/a%20%2B%20%C3%BC%27%25");

const spellings: [location: string, isDirectory: boolean][] = [
  ["/a%20+%20%c3%bc'%25/", true],
  ["/a%20+%20\u00fc'%25/", true],
  ["/a + \u00fc'%25/", true],
  ["/a++\u00fc'%25/", false],
  ["/a%20%252B%20%C3%BC'%25/", false],
];

for (const [location, expected] of spellings) {
  Deno.test(`isDirectoryRedirect() compares ${PLUS} with ${location}`, () => {
    assertEquals(isDirectoryRedirect(PLUS, location), expected);
  });
}

const hosts: [own: string, url: string, isSame: boolean][] = [
  ["https://a.example/x", "https://a.example:443/y", true],
  ["http://a.example/x", "https://a.example/x", true],
  ["http://a.example:8080/x", "https://a.example/x", false],
  ["https://a.example/x", "https://a.example:8443/x", false],
  ["https://a.example/x", "https://b.example/x", false],
  ["http://a.example/x", "https://b.example/x", false],
];

for (const [own, url, isSame] of hosts) {
  Deno.test(`isSameHost() compares ${own} with ${url}`, () => {
    assertEquals(isSameHost(new URL(own), new URL(url)), isSame);
  });
}
