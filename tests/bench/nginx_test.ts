import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { buildConfiguration, type Configuration } from "./nginx.ts";

const KEPT = {
  path: "/film.json/.mpd",
  file: "/tmp/bodies/film.json/.mpd",
  headers: [
    ["accept-ranges", "bytes"],
    ["cache-control", "no-cache"],
    ["content-type", "application/dash+xml"],
    ["etag", '"RmMbyrRc3UYSFaVnKQ5h8l"'],
  ] as const,
};

const SETTINGS: Configuration = {
  directory: "/tmp/nginx",
  root: "/tmp/bodies",
  port: 8081,
  responses: [KEPT],
  asRoot: true,
};

Deno.test("configuration() gives a path the headers that were kept, but those of nginx itself", () => {
  assertStringIncludes(
    buildConfiguration(SETTINGS),
    `    location = '/film.json/.mpd' {
      default_type 'application/dash+xml';
      add_header cache-control 'no-cache';
      add_header etag '"RmMbyrRc3UYSFaVnKQ5h8l"';
      add_header last-modified "";
    }
`,
  );
});

Deno.test("configuration() keeps Last-Modified where it was sent", () => {
  const headers = [["last-modified", "Tue, 24 Nov 2026 11:46:56 GMT"]] as const;
  const text = buildConfiguration({ ...SETTINGS, responses: [{ ...KEPT, headers }] });
  assertEquals(text.match(/add_header last-modified.*/g), [
    "add_header last-modified 'Tue, 24 Nov 2026 11:46:56 GMT';",
  ]);
});

Deno.test("configuration() speaks TLS only with a certificate", () => {
  const certificate = { cert: "/tmp/cert.pem", key: "/tmp/key.pem" };
  assertEquals(buildConfiguration(SETTINGS).includes("ssl"), false);
  const text = buildConfiguration({ ...SETTINGS, certificate });
  assertStringIncludes(text, "listen 127.0.0.1:8081 ssl ");
  assertStringIncludes(text, "ssl_certificate /tmp/cert.pem;");
});

Deno.test("configuration() names a user only where nginx may change it", () => {
  const users = [true, false].map((asRoot) =>
    buildConfiguration({ ...SETTINGS, asRoot }).includes("user root;")
  );
  assertEquals(users, [true, false]);
});

for (const value of ["it's", "$uri", "a\\b"]) {
  Deno.test(`configuration() refuses a header of ${value}`, () => {
    const kept = [{ ...KEPT, headers: [["x-test", value]] as const }];
    assertThrows(
      () => buildConfiguration({ ...SETTINGS, responses: kept }),
      Error,
      "Cannot tell nginx of",
    );
  });
}
