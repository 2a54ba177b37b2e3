/** What proves to an origin that AMS may read: signatures of S3, or a header. */

export interface S3Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** What a request sends. */
export interface Payload {
  readonly body: Uint8Array<ArrayBuffer>;
  /** SHA-256 of the body in hexadecimal. */
  readonly digest: string;
}

/** Headers that authorize a request. */
export interface RequestSigner {
  /** @param payload of a PUT; absent: a GET */
  sign(url: URL, payload?: Payload): Record<string, string> | Promise<Record<string, string>>;
  /**
   * Takes over the clock of an origin that rejected the time of a signature. Returns a sentence for the log, "" if that clock is
   * in use already, or undefined if the response has no time.
   *
   * @param date the header `Date` of its response
   */
  correctClock?(date: string | null): string | undefined;
}

/** No request can be signed now. The message is for the log. */
export class CredentialsMissing extends Error {
  override name = "CredentialsMissing";
}

/** For origins that need nothing. */
export const ANONYMOUS: RequestSigner = { sign: () => ({}) };

/**
 * @param value of the header `Authorization`
 * @throws Error, which does not contain it, if it cannot be sent
 */
export function createHeaderSigner(value: string): RequestSigner {
  if (!/^[!-~]([ -~]*[!-~])?$/.test(value)) {
    throw new Error(
      "Cannot use this value of Authorization: expected one line of ASCII characters",
    );
  }
  return { sign: () => ({ authorization: value }) };
}

export interface S3SignerOptions {
  readonly region: string;
  /** Returns credentials that are valid now, or rejects with CredentialsMissing. */
  readonly getCredentials: () => S3Credentials | Promise<S3Credentials>;
  /** In milliseconds since 1970. */
  readonly now: () => number;
}

/** SHA-256 of no bytes, the body of a GET. */
const EMPTY_DIGEST = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/** Differences that servers accept: S3 does up to 15 minutes. */
const MAX_USUAL_SKEW_MS = 60_000;

/** Signing keys of a day each, of the credentials that are in use. */
const MAX_SIGNING_KEYS = 16;

/**
 * Signature Version 4 of AWS. Only the host, the time and the token are signed: proxies rewrite other headers, `Accept-Encoding`
 * above all.
 */
export class S3Signer implements RequestSigner {
  readonly #options: S3SignerOptions;
  readonly #signingKeys = new Map<string, ArrayBuffer>();
  #skewMs = 0;

  constructor(options: S3SignerOptions) {
    this.#options = options;
  }

  async sign(url: URL, payload?: Payload): Promise<Record<string, string>> {
    const { region, getCredentials, now } = this.#options;
    const { AwsV4Signer } = await import("aws4fetch"); // where no bucket is mounted, it is not loaded
    if (this.#signingKeys.size > MAX_SIGNING_KEYS) this.#signingKeys.clear();
    const signer = new AwsV4Signer({
      ...await getCredentials(),
      method: payload ? "PUT" : "GET",
      url: url.href,
      headers: { "x-amz-content-sha256": payload?.digest ?? EMPTY_DIGEST },
      service: "s3",
      region,
      datetime: formatTime(now() + this.#skewMs),
      cache: this.#signingKeys,
    });
    const { headers } = await signer.sign();
    return Object.fromEntries(headers);
  }

  correctClock(date: string | null): string | undefined {
    const theirs = Date.parse(date ?? "");
    if (Number.isNaN(theirs)) return undefined;
    const difference = theirs - this.#options.now();
    const skewMs = Math.abs(difference) > MAX_USUAL_SKEW_MS ? difference : 0;
    const isKnown = Math.abs(skewMs - this.#skewMs) < MAX_USUAL_SKEW_MS;
    this.#skewMs = skewMs;
    if (isKnown) return "";
    const seconds = Math.round(this.#skewMs / 1000);
    if (seconds === 0) return "Clock agrees with that of the origin: signatures use it";
    const text = `${Math.abs(seconds)} s ${seconds > 0 ? "behind" : "ahead of"}`;
    return `Clock is ${text} that of the origin: signatures use the origin's`;
  }
}

/** `20261130T120000Z` */
function formatTime(ms: number): string {
  return new Date(ms).toISOString().replace(/[:-]|\.\d{3}/g, "");
}
