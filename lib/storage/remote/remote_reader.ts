import { SYSTEM_CLOCK } from "../../timeout_clock.ts";
import { type ObjectUpload, uploadObject } from "./object_upload.ts";
import type { RemoteOrigin, S3Origin } from "./origin.ts";
import { OriginClient, type OriginClientOptions } from "./origin_client.ts";
import { probeOrigin, type ProbeResult } from "./origin_probe.ts";
import { createOriginFetch } from "./origin_fetch.ts";
import { RangeClient } from "./range_client.ts";
import type { RangeReader } from "./range_reader.ts";
import {
  ANONYMOUS,
  createHeaderSigner,
  type RequestSigner,
  type S3Credentials,
  S3Signer,
} from "./signer.ts";

/** Contents of the files that an origin names. */
export interface OriginSecrets {
  /** Value of the header `Authorization`, for web servers. */
  readonly authorization?: string;
  /** Returns those that are valid now; absent: requests are not signed. */
  readonly getCredentials?: () => S3Credentials | Promise<S3Credentials>;
  /** Certificates (PEM) that are trusted as well. */
  readonly caCert?: string;
}

export type RemoteReaderOptions =
  & Pick<OriginClientOptions, "hosts" | "limits" | "observe" | "countRetry" | "log">
  & OriginSecrets;

/** Reads the files of an origin. Disposing closes its connections. */
export interface RemoteReader extends Disposable {
  readonly reader: RangeReader;
  /** Whether the origin responded last. */
  readonly isUp: boolean;
  /** Asks it for its root. */
  probe(signal: AbortSignal): Promise<ProbeResult>;
}

/** @throws Error if a certificate or the value of `Authorization` cannot be used */
export function createRemoteReader(
  origin: RemoteOrigin,
  options: RemoteReaderOptions,
): RemoteReader {
  const { client, close } = connect(origin, options);
  return {
    reader: new RangeClient(origin, client),
    get isUp() {
      return client.isUp;
    },
    probe: (signal) => probeOrigin(client, origin, signal),
    [Symbol.dispose]: close,
  };
}

/** A server may check an object before it responds. */
const WRITE_LIMITS = { firstByteMs: 60_000, timeoutMs: 60_000 };

/**
 * Writes an object of a bucket. Returns its ETag.
 *
 * @throws Error if a certificate cannot be used; SourceError; the reason of the signal
 */
export async function writeRemoteObject(
  origin: S3Origin,
  object: ObjectUpload,
  options: RemoteReaderOptions,
): Promise<string | undefined> {
  const { client, close } = connect(origin, { limits: WRITE_LIMITS, ...options });
  try {
    return await uploadObject(client, origin, object);
  } finally {
    close();
  }
}

function connect(
  origin: RemoteOrigin,
  { authorization, getCredentials, caCert, ...options }: RemoteReaderOptions,
): { readonly client: OriginClient; readonly close: () => void } {
  const signer = createSigner(origin, { authorization, getCredentials });
  const connections = createOriginFetch(caCert === undefined ? [] : [caCert]);
  const { fetch } = connections;
  const client = new OriginClient({
    ...options,
    fetch,
    clock: SYSTEM_CLOCK,
    random: Math.random,
    signer,
  });
  return { client, close: () => connections[Symbol.dispose]() };
}

function createSigner(
  origin: RemoteOrigin,
  { authorization, getCredentials }: {
    readonly authorization: string | undefined;
    readonly getCredentials: OriginSecrets["getCredentials"];
  },
): RequestSigner {
  if (origin.kind === "http") {
    return authorization === undefined ? ANONYMOUS : createHeaderSigner(authorization);
  }
  const { region, anonymous } = origin;
  if (anonymous || !getCredentials) return ANONYMOUS;
  return new S3Signer({ region, getCredentials, now: Date.now });
}
