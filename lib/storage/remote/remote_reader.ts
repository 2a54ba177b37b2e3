import { omitUndefined } from "../../omit_undefined.ts";
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
  /**
   * Uses other secrets for requests from now on.
   *
   * @throws Error if they cannot be used; the previous ones stay
   */
  replaceSecrets(secrets: OriginSecrets): void;
}

/** @throws Error if a certificate or the value of `Authorization` cannot be used */
export function createRemoteReader(
  origin: RemoteOrigin,
  options: RemoteReaderOptions,
): RemoteReader {
  const { client, replaceSecrets, close } = connect(origin, options);
  return {
    reader: new RangeClient(origin, client),
    replaceSecrets,
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

interface Connection {
  readonly client: OriginClient;
  readonly replaceSecrets: (secrets: OriginSecrets) => void;
  readonly close: () => void;
}

function connect(
  origin: RemoteOrigin,
  { authorization, getCredentials, caCert, ...options }: RemoteReaderOptions,
): Connection {
  let access = openAccess(origin, omitUndefined({ authorization, getCredentials, caCert }));
  const client = new OriginClient({
    ...options,
    fetch: (url, init) => access.connections.fetch(url, init),
    clock: SYSTEM_CLOCK,
    random: Math.random,
    signer: {
      sign: (url, payload) => access.signer.sign(url, payload),
      correctClock: (date) => access.signer.correctClock?.(date),
    },
  });
  const close = () => access.connections[Symbol.dispose]();
  const replaceSecrets = (secrets: OriginSecrets) => {
    const next = openAccess(origin, secrets);
    close(); // of connections that are idle
    access = next;
  };
  return { client, replaceSecrets, close };
}

/** Connections that trust certificates, and what authorizes requests. */
function openAccess(origin: RemoteOrigin, { caCert, ...secrets }: OriginSecrets) {
  const signer = createSigner(origin, secrets);
  return { signer, connections: createOriginFetch(caCert === undefined ? [] : [caCert]) };
}

function createSigner(
  origin: RemoteOrigin,
  { authorization, getCredentials }: OriginSecrets,
): RequestSigner {
  if (origin.kind === "http") {
    return authorization === undefined ? ANONYMOUS : createHeaderSigner(authorization);
  }
  const { region, anonymous } = origin;
  if (anonymous || !getCredentials) return ANONYMOUS;
  return new S3Signer({ region, getCredentials, now: Date.now });
}
