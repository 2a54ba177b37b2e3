/** An S3 server of others: OpenStack Swift with s3api, of Debian's python3-swift. Uploads by the SDK of AWS. */

import { S3Client } from "npm:@aws-sdk/client-s3@3.1169.0";
import { fromFileUrl } from "@std/path";
import { createTemporaryDirectory } from "./temporary_directory.ts";

const SCRIPT = fromFileUrl(new URL("./swift_server.py", import.meta.url));

/** Of Debian, which has its packages; another one may be first in PATH. */
const PYTHON = "/usr/bin/python3";

/** The one user, who may read and write everything. */
export const SWIFT_CREDENTIALS = { accessKeyId: "ams:ams", secretAccessKey: "secret" };

/** The region that signatures have to name. */
export const SWIFT_REGION = "us-east-1";

/** A running server without buckets: `await using` stops it, and deletes its data. */
export interface SwiftServer extends AsyncDisposable {
  /** Without a trailing slash; buckets are in the path. */
  readonly endpoint: string;
}

/** @throws Error with its output when it does not start */
export async function startSwiftServer(): Promise<SwiftServer> {
  const directory = createTemporaryDirectory();
  const process = new Deno.Command(PYTHON, {
    args: [SCRIPT, directory.path],
    stdin: "piped", // its end ends the server, also when the test is killed
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const errors = new Response(process.stderr).text();
  const stop = async () => {
    await process.stdin.close();
    await process.status;
    directory[Symbol.dispose]();
    await errors;
  };
  const output = process.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const { value } = await output.read();
  if (value === undefined) {
    await stop();
    throw new Error(`Cannot start Swift: ${await errors}`);
  }
  return {
    endpoint: `http://127.0.0.1:${value.trim()}`,
    [Symbol.asyncDispose]: async () => {
      await output.cancel();
      await stop();
    },
  };
}

/** A client that neither signs nor expects what Swift does not have: checksums behind bodies. */
export function createS3Client(endpoint: string, credentials = SWIFT_CREDENTIALS): S3Client {
  return new S3Client({
    endpoint,
    region: SWIFT_REGION,
    credentials,
    forcePathStyle: true,
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
  });
}
