/** An S3 server of others: OpenStack Swift with s3api, of Debian's python3-swift. Uploads by the SDK of AWS. */

import {
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from "npm:@aws-sdk/client-s3@3.1169.0";
import { fromFileUrl, join } from "@std/path";
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

/** An S3 server, and a client with which files are uploaded. */
export interface ServedBucket {
  /** Without a trailing slash. */
  readonly endpoint: string;
  readonly client: S3Client;
}

/**
 * Starts Swift with an empty bucket before the tests of a file, and stops it after them.
 *
 * @returns an object whose members are set while tests run
 */
export function serveBucket(Bucket: string): ServedBucket {
  const served = {} as { endpoint: string; client: S3Client };
  const open = new AsyncDisposableStack();
  Deno.test.beforeAll(async () => {
    const { endpoint } = open.use(await startSwiftServer());
    const client = createS3Client(endpoint);
    open.defer(() => client.destroy());
    await client.send(new CreateBucketCommand({ Bucket }));
    Object.assign(served, { endpoint, client });
  });
  Deno.test.afterAll(() => open.disposeAsync());
  return served;
}

/** Makes a bucket of the files in a directory, by their names below it. */
export async function uploadDirectory(
  client: S3Client,
  Bucket: string,
  directory: string,
): Promise<void> {
  await client.send(new CreateBucketCommand({ Bucket }));
  await uploadFiles(client, Bucket, directory, "");
}

async function uploadFiles(
  client: S3Client,
  Bucket: string,
  root: string,
  prefix: string,
): Promise<void> {
  for await (const { name, isDirectory } of Deno.readDir(join(root, prefix))) {
    const Key = prefix + name;
    if (isDirectory) await uploadFiles(client, Bucket, root, `${Key}/`);
    else {
      const Body = await Deno.readFile(join(root, Key));
      await client.send(new PutObjectCommand({ Bucket, Key, Body }));
    }
  }
}

/** Uploads an object in parts, which gives it an ETag that is no digest of its bytes; returns that. */
export async function uploadInParts(
  client: S3Client,
  object: { readonly Bucket: string; readonly Key: string },
  bodies: readonly Uint8Array[],
): Promise<string | undefined> {
  const { UploadId } = await client.send(new CreateMultipartUploadCommand(object));
  const Parts = await Promise.all(bodies.map(async (Body, i) => {
    const part = { ...object, UploadId, PartNumber: i + 1 };
    const { ETag } = await client.send(new UploadPartCommand({ ...part, Body }));
    return { PartNumber: i + 1, ETag };
  }));
  const all = { ...object, UploadId, MultipartUpload: { Parts } };
  return (await client.send(new CompleteMultipartUploadCommand(all))).ETag;
}
