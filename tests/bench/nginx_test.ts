import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { buildConfiguration, type Configuration } from "./nginx.ts";

const RECORDED = {
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
  responses: [RECORDED],
  asRoot: true,
};

Deno.test("buildConfiguration() adds recorded headers that nginx does not derive", () => {
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

Deno.test("buildConfiguration() retains a recorded Last-Modified", () => {
  const headers = [["last-modified", "Tue, 24 Nov 2026 11:46:56 GMT"]] as const;
  const text = buildConfiguration({ ...SETTINGS, responses: [{ ...RECORDED, headers }] });
  assertEquals(text.match(/add_header last-modified.*/g), [
    "add_header last-modified 'Tue, 24 Nov 2026 11:46:56 GMT';",
  ]);
});

Deno.test("buildConfiguration() enables TLS only with a certificate", () => {
  const certificate = { cert: "/tmp/cert.pem", key: "/tmp/key.pem" };
  assertEquals(buildConfiguration(SETTINGS).includes("ssl"), false);
  const text = buildConfiguration({ ...SETTINGS, certificate });
  assertStringIncludes(text, "listen 127.0.0.1:8081 ssl ");
  assertStringIncludes(text, "ssl_certificate /tmp/cert.pem;");
});

Deno.test("buildConfiguration() sets the user only when root starts nginx", () => {
  const users = [true, false].map((asRoot) =>
    buildConfiguration({ ...SETTINGS, asRoot }).includes("user root;")
  );
  assertEquals(users, [true, false]);
});

for (const value of ["it's", "$uri", "a\\b"]) {
  Deno.test(`buildConfiguration() rejects the header value ${value}`, () => {
    const responses = [{ ...RECORDED, headers: [["x-test", value]] as const }];
    assertThrows(
      () => buildConfiguration({ ...SETTINGS, responses }),
      Error,
      "Cannot quote",
    );
  });
}
