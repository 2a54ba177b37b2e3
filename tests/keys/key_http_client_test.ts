import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { Secret } from "../../lib/drm/secret.ts";
import { KeysError } from "../../lib/errors.ts";
import { KeyClient } from "../../lib/keys/key_client.ts";
import { createKeyHttpClient } from "../../lib/keys/key_http_client.ts";
import { SYSTEM_CLOCK } from "../../lib/timeout_clock.ts";

const read = (name: string) =>
  Deno.readTextFileSync(fromFileUrl(new URL(`../http/tls/${name}`, import.meta.url)));

const FILES = ["ca.pem", "cert.pem", "key.pem"];
const CONTENTS = new Map(FILES.map((name) => [name, new Secret(read(name))]));

type Source = Parameters<typeof createKeyHttpClient>[0];

const AUTHORITY: Source = { ca: new Secret("ca.pem") };
const CERTIFICATE: Source = {
  certificate: { cert: new Secret("cert.pem"), key: new Secret("key.pem") },
};

function send(url: string, source: Source): Promise<string> {
  const client = createKeyHttpClient(source, CONTENTS);
  return new KeyClient({ fetch, clock: SYSTEM_CLOCK }).send({
    url: new Secret(url),
    headers: new Headers(),
    timeout: 0.9,
    ...client && { client },
  }).finally(() => client?.close());
}

Deno.test("createKeyHttpClient() trusts the authority that the source names", async () => {
  const options = { cert: read("cert.pem"), key: read("key.pem"), port: 0, onListen() {} };
  await using server = Deno.serve({ ...options, hostname: "127.0.0.1" }, () => new Response("ok"));
  const url = `https://localhost:${server.addr.port}/`;
  assertEquals(await send(url, AUTHORITY), "ok");
  assertEquals(await send(url, { ...AUTHORITY, ...CERTIFICATE }), "ok");
  for (const source of [{}, CERTIFICATE]) {
    const error = await assertRejects(
      () => send(url, source),
      KeysError,
      "certificate that is not",
    );
    assertEquals(error.code, "KEYS_UNAVAILABLE");
  }
});

Deno.test("createKeyHttpClient() returns undefined for a source without certificates", () => {
  assertEquals(createKeyHttpClient({}, CONTENTS), undefined);
});

Deno.test("createKeyHttpClient() throws for files that are no certificates", () => {
  const damaged = new Map([["key.pem", new Secret("x")], ["cert.pem", new Secret("x")]]);
  assertThrows(() => createKeyHttpClient(CERTIFICATE, damaged), Error, "certificate");
});
