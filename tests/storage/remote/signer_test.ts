import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { createHmac } from "node:crypto";
import {
  ANONYMOUS,
  createHeaderSigner,
  type S3Credentials,
  S3Signer,
} from "../../../lib/storage/remote/signer.ts";

/** The example of AWS; secrets may contain `/` and `+`. */
const CREDENTIALS: S3Credentials = {
  accessKeyId: "AKIAIOSFODNN7EXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
};

const NOW = Date.UTC(2013, 4, 24);

const createSigner = (credentials: S3Credentials = CREDENTIALS, clock = { now: NOW }) =>
  new S3Signer({ region: "us-east-1", getCredentials: () => credentials, now: () => clock.now });

/** "Authenticating Requests: Using the Authorization Header" of the reference of S3. */
const vectors: [url: string, signature: string][] = [
  [
    "https://examplebucket.s3.amazonaws.com/?lifecycle",
    "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543",
  ],
  [
    "https://examplebucket.s3.amazonaws.com/?max-keys=2&prefix=J",
    "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
  ],
];

for (const [url, signature] of vectors) {
  Deno.test(`S3Signer signs ${url} as AWS documents`, async () => {
    assertEquals(await createSigner().sign(new URL(url)), {
      authorization: "AWS4-HMAC-SHA256 " +
        "Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, " +
        `SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature=${signature}`,
      "x-amz-content-sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
      "x-amz-date": "20130524T000000Z",
    });
  });
}

const hmac = (key: string | Uint8Array, text: string) =>
  new Uint8Array(createHmac("sha256", key).update(text).digest());

const sha256 = async (text: string) =>
  new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text))).toHex();

/** Signs a path that is encoded as in the URL, in the words of AWS's specification. */
async function computeSignature(host: string, path: string, query: string): Promise<string> {
  const empty = await sha256("");
  const canonical = [
    ...["GET", path, query, `host:${host}`, `x-amz-content-sha256:${empty}`],
    ...["x-amz-date:20130524T000000Z", "", "host;x-amz-content-sha256;x-amz-date", empty],
  ].join("\n");
  const scope = "20130524/us-east-1/s3/aws4_request";
  const text = ["AWS4-HMAC-SHA256", "20130524T000000Z", scope, await sha256(canonical)].join("\n");
  const key = scope.split("/").reduce<string | Uint8Array>(
    hmac,
    `AWS4${CREDENTIALS.secretAccessKey}`,
  );
  return hmac(key, text).toHex();
}

const urls: [path: string, query: string][] = [
  ["/media/a%20b%2Bc.mp4", ""],
  ["/media/it%27s%20%28%2A%29%21~-_.mp4", ""],
  ["/media/100%25/%C3%BC/u%CC%88", ""],
  ["/media/%252e%252e/a", ""],
  ["/media/a%3Fb%23c%26d%3D%3B%40%3A%24%2C", ""],
  ["/media/", "continuation-token=1%2Fa%2Bb%3D%3D&delimiter=%2F&prefix=a%20b%2B%27%28%C3%BC%29%2A"],
];

for (const [path, query] of urls) {
  Deno.test(`S3Signer signs ${path}?${query} as it is sent`, async () => {
    const host = "h.example:9000";
    const url = new URL(`http://${host}${path}${query && `?${query}`}`);
    assertEquals([url.pathname, url.search.slice(1)], [path, query]);
    const { authorization } = await createSigner().sign(url);
    assertEquals(authorization!.split("Signature=")[1], await computeSignature(host, path, query));
  });
}

Deno.test("S3Signer signs the token of a session", async () => {
  const headers = await createSigner({ ...CREDENTIALS, sessionToken: "a+b/c==" })
    .sign(new URL(vectors[0]![0]));
  assertEquals(headers["x-amz-security-token"], "a+b/c==");
  assertMatch(
    headers.authorization!,
    /SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-security-token,/,
  );
});

const MINUTE = 60_000;

Deno.test("S3Signer takes over the clock of an origin, and leaves it when they agree", async () => {
  const clock = { now: NOW };
  const signer = createSigner(CREDENTIALS, clock);
  const getTime = async () => (await signer.sign(new URL(vectors[0]![0])))["x-amz-date"];
  assertEquals(
    signer.correctClock(new Date(NOW + 20 * MINUTE).toUTCString()),
    "Clock is 1200 s behind that of the origin: signatures use the origin's",
  );
  clock.now += MINUTE;
  assertEquals(await getTime(), "20130524T002100Z");
  assertEquals(
    signer.correctClock(new Date(clock.now + 20 * MINUTE).toUTCString()),
    "",
    "as known",
  );
  assertEquals(
    signer.correctClock(new Date(clock.now - 16 * MINUTE).toUTCString()),
    "Clock is 960 s ahead of that of the origin: signatures use the origin's",
  );
  assertEquals(await getTime(), "20130523T234500Z");
  assertEquals(
    signer.correctClock(new Date(clock.now + 1000).toUTCString()),
    "Clock agrees with that of the origin: signatures use it",
  );
  assertEquals(await getTime(), "20130524T000100Z");
  for (const date of [null, "", "yesterday"]) assertEquals(signer.correctClock(date), undefined);
});

Deno.test("createHeaderSigner() sends a header, ANONYMOUS nothing", () => {
  const url = new URL("https://a.example/");
  assertEquals(createHeaderSigner("Bearer x").sign(url), { authorization: "Bearer x" });
  assertEquals(ANONYMOUS.sign(url), {});
  for (const value of ["", "Bearer x\n", "a\r\nHost: b", " x", "é"]) {
    assertThrows(() => createHeaderSigner(value), Error, "Cannot use this value of Authorization:");
  }
});
