/** Why an origin refuses a request: the errors of S3, and of web servers. */

/** Bytes of a response that are read for its reason. */
export const MAX_REFUSAL_SIZE = 16384;

export interface RefusedReply {
  readonly status: number;
  readonly headers: Headers;
  /** The start of the body. */
  readonly text: string;
}

export type Refusal =
  /** `isDenied`: S3 responds so for a file that does not exist if keys must not be listed, or for one that must not be read. */
  | { readonly kind: "missing"; readonly isDenied: boolean }
  /** The signature has the time of a clock that is wrong. */
  | { readonly kind: "skewed" }
  /** Another attempt may succeed. */
  | { readonly kind: "failed"; readonly reason: string }
  | { readonly kind: "denied"; readonly reason: string }
  | { readonly kind: "invalid"; readonly reason: string };

/** Codes of S3 by which the credentials are to blame, with a reason for the log. */
const DENIALS: Readonly<Record<string, string>> = {
  AccountProblem: "the account has a problem",
  AllAccessDisabled: "access is disabled",
  ExpiredToken: "the credentials have expired",
  InvalidAccessKeyId: "the access key does not exist",
  InvalidToken: "the session token is invalid",
  SignatureDoesNotMatch: "the signature does not match: check the secret key",
  TokenRefreshRequired: "the credentials have expired",
};

/** Codes of S3 for requests that are signed for, or sent to, another region. */
const WRONG_REGION = [
  "AuthorizationHeaderMalformed",
  "IllegalLocationConstraintException",
  "PermanentRedirect",
];

const KEY_TOO_LONG = "KeyTooLongError";

const TIMEOUT = "RequestTimeout";

export function readRefusal({ status, headers, text }: RefusedReply): Refusal {
  const code = findElement(text, "Code") ?? "";
  const region = headers.get("x-amz-bucket-region") ?? findElement(text, "Region");
  if (code === "RequestTimeTooSkewed") return { kind: "skewed" };
  if (status === 301 || WRONG_REGION.includes(code)) return denied(describeRegion(region));
  if (Object.hasOwn(DENIALS, code)) return denied(DENIALS[code]!);
  if (status === 403 && code === "AccessDenied") return readAccessDenied(text);
  if (status === 401 || status === 403) return denied(`it responds with status ${status}`);
  if (code === KEY_TOO_LONG) return { kind: "missing", isDenied: false };
  const reason = `it responds with status ${status}${code && ` ${code}`}`;
  return { kind: code === TIMEOUT ? "failed" : "invalid", reason };
}

/** `AccessDenied` also says that a presigned URL has expired. */
function readAccessDenied(text: string): Refusal {
  const message = findElement(text, "Message") ?? "";
  const isExpired = /expired/i.test(message) || findElement(text, "Expires") !== undefined;
  return isExpired ? denied("the URL has expired") : { kind: "missing", isDenied: true };
}

function denied(reason: string): Refusal {
  return { kind: "denied", reason };
}

function describeRegion(region: string | undefined): string {
  const isName = region !== undefined && /^[A-Za-z0-9-]{1,64}$/.test(region);
  return isName
    ? `the bucket is in another region: expected region=${region}`
    : "the bucket is in another region";
}

/** Finds a word or sentence in a document that may be cut off. */
function findElement(text: string, name: string): string | undefined {
  return new RegExp(`<${name}>([^<&]{1,1000})</${name}>`).exec(text)?.[1]?.trim();
}
