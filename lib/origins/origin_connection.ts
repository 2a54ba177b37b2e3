/** Connections to web servers and buckets that a command line names. */

import { createProvider, type CredentialsProvider } from "../ams/credentials.ts";
import { UsageError } from "../cli/usage_error.ts";
import { SourceError } from "../errors.ts";
import { listHosts } from "../storage/remote/object_url.ts";
import type { ObjectUpload } from "../storage/remote/object_upload.ts";
import type { RemoteOrigin } from "../storage/remote/origin.ts";
import type { RangeReader } from "../storage/remote/range_reader.ts";
import {
  createRemoteReader,
  type RemoteReaderOptions,
  writeRemoteObject,
} from "../storage/remote/remote_reader.ts";
import type { S3Credentials } from "../storage/remote/signer.ts";

export interface OriginConnection extends Disposable {
  readonly reader: RangeReader;
  /**
   * Writes an object by one request. Absent: the origin is a web server.
   *
   * @throws SourceError; the reason of the signal
   */
  readonly write?: (object: ObjectUpload) => Promise<unknown>;
}

export type ConnectOrigin = (origin: RemoteOrigin) => OriginConnection;

/** @throws UsageError if a file of the origin's options cannot be read or used */
export function connectOrigin(origin: RemoteOrigin): OriginConnection {
  const options = readOptions(origin);
  const { reader, [Symbol.dispose]: close } = connect(origin, options);
  return {
    reader,
    ...origin.kind === "s3" && {
      write: (object: ObjectUpload) => writeRemoteObject(origin, object, options),
    },
    [Symbol.dispose]: close,
  };
}

function connect(origin: RemoteOrigin, options: RemoteReaderOptions) {
  try {
    return createRemoteReader(origin, options);
  } catch (error) {
    throw new UsageError((error as Error).message); // a certificate, or the value of Authorization
  }
}

function readOptions(origin: RemoteOrigin): RemoteReaderOptions {
  const { caFile } = origin;
  const authorizationFile = origin.kind === "http" ? origin.authorizationFile : undefined;
  return {
    hosts: new Set(listHosts(origin)),
    ...authorizationFile !== undefined && { authorization: readSecret(authorizationFile).trim() },
    ...caFile !== undefined && { caCert: readSecret(caFile) },
    ...origin.kind === "s3" && { getCredentials: createGetter(origin.credentialsFile) },
  };
}

function readSecret(file: string): string {
  try {
    return Deno.readTextFileSync(file);
  } catch (error) {
    throw new UsageError(`Cannot read '${file}': ${(error as Error).message}`);
  }
}

/** The provider keeps credentials until they expire. */
function createGetter(file: string | undefined): () => Promise<S3Credentials> {
  let provider: Promise<CredentialsProvider> | undefined;
  return async () => {
    try {
      const { accessKeyId, secretAccessKey, sessionToken } =
        await (await (provider ??= createProvider(file)))();
      return { accessKeyId, secretAccessKey, ...sessionToken !== undefined && { sessionToken } };
    } catch (error) {
      const reason = (error as Error).message;
      throw new SourceError("SOURCE_DENIED", `Cannot find credentials for s3://: ${reason}`);
    }
  };
}
