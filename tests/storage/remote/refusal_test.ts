import { assertEquals } from "@std/assert";
import { readRefusal, type Refusal } from "../../../lib/storage/remote/refusal.ts";

/** An error of S3. */
const xml = (code: string, rest = "") =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code>${rest}<RequestId>1</RequestId></Error>`;

const denied = (reason: string): Refusal => ({ kind: "denied", reason });

const refusals: [
  status: number,
  text: string,
  refusal: Refusal,
  headers?: Record<string, string>,
][] = [
  [403, xml("AccessDenied", "<Message>Access Denied</Message>"), {
    kind: "missing",
    isDenied: true,
  }],
  [
    403,
    xml(
      "AccessDenied",
      "<Message>Request has expired</Message><Expires>2026-11-30T12:00:00Z</Expires>",
    ),
    denied("the URL has expired"),
  ],
  [403, xml("RequestTimeTooSkewed", "<ServerTime>2026-11-30T12:00:00Z</ServerTime>"), {
    kind: "skewed",
  }],
  [
    403,
    xml("SignatureDoesNotMatch", "<StringToSign>AccessDenied</StringToSign>"),
    denied("the signature does not match: check the secret key"),
  ],
  [403, xml("InvalidAccessKeyId"), denied("the access key does not exist")],
  [400, xml("ExpiredToken"), denied("the credentials have expired")],
  [400, xml("InvalidToken"), denied("the session token is invalid")],
  [403, "<html>Forbidden</html>", denied("it responds with status 403")],
  [403, xml("constructor"), denied("it responds with status 403")],
  [403, "<Error><Code>AccessDen", denied("it responds with status 403")],
  [401, "", denied("it responds with status 401")],
  [
    400,
    xml("AuthorizationHeaderMalformed", "<Region>eu-west-1</Region>"),
    denied("the bucket is in another region: expected region=eu-west-1"),
  ],
  [
    301,
    xml("PermanentRedirect", "<Endpoint>media.s3-eu-west-1.amazonaws.com</Endpoint>"),
    denied("the bucket is in another region: expected region=eu-west-1"),
    { "x-amz-bucket-region": "eu-west-1" },
  ],
  [301, "", denied("the bucket is in another region")],
  [
    301,
    xml("PermanentRedirect", "<Region>a b</Region>"),
    denied("the bucket is in another region"),
  ],
  [400, xml("KeyTooLongError"), { kind: "missing", isDenied: false }],
  [400, xml("RequestTimeout"), {
    kind: "failed",
    reason: "it responds with status 400 RequestTimeout",
  }],
  [400, xml("InvalidRequest"), {
    kind: "invalid",
    reason: "it responds with status 400 InvalidRequest",
  }],
  [400, "", { kind: "invalid", reason: "it responds with status 400" }],
];

for (const [status, text, refusal, headers] of refusals) {
  Deno.test(`readRefusal() reads ${status} ${text.replace(/^.*\n/, "")}`, () => {
    assertEquals(readRefusal({ status, text, headers: new Headers(headers) }), refusal);
  });
}
