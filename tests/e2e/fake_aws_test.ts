/** The SDK of AWS accepts the credentials of the services that tests put in place of those of AWS. */

import { S3Client } from "npm:@aws-sdk/client-s3@3.1169.0";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import {
  type CredentialService,
  type FakeAws,
  POD_TOKEN,
  startFakeAws,
  temporaryCredentials,
} from "./fake_aws.ts";
import { createTemporaryDirectory } from "./temporary_directory.ts";

/** Credentials that the SDK finds with the variables of a service, and no others. */
async function findCredentials(aws: FakeAws, service: CredentialService, token: string) {
  using directory = createTemporaryDirectory();
  const file = join(directory.path, "token");
  await Deno.writeTextFile(file, token);
  const variables = { AWS_MAX_ATTEMPTS: "1", ...aws.variables(service, file) };
  const files = { AWS_CONFIG_FILE: file + "-none", AWS_SHARED_CREDENTIALS_FILE: file + "-none" };
  const names = Object.keys({ ...variables, ...files });
  const before = names.map((name) => [name, Deno.env.get(name)] as const);
  for (const [name, value] of Object.entries({ ...variables, ...files })) Deno.env.set(name, value);
  const client = new S3Client({ region: "us-east-1" });
  try {
    return await client.config.credentials();
  } finally {
    client.destroy();
    for (const [name, value] of before) {
      if (value === undefined) Deno.env.delete(name);
      else Deno.env.set(name, value);
    }
  }
}

const REQUESTS: Record<CredentialService, string[]> = {
  imds: [
    "PUT /latest/api/token",
    "GET /latest/meta-data/iam/security-credentials/",
    "GET /latest/meta-data/iam/security-credentials/ams",
  ],
  pod: ["GET /pod"],
  sts: ["POST /"],
};

for (const service of ["imds", "pod", "sts"] as const) {
  Deno.test(`startFakeAws() gives the SDK credentials as ${service} does`, async () => {
    await using aws = startFakeAws();
    const found = await findCredentials(aws, service, POD_TOKEN);
    const { accessKeyId, secretAccessKey, sessionToken, expiration } = found;
    assertEquals({ accessKeyId, secretAccessKey, sessionToken }, temporaryCredentials(service));
    assert(Math.abs(expiration!.getTime() - Date.now() - 3_600_000) < 60_000);
    assertEquals([...new Set(aws.requested)].sort(), REQUESTS[service].toSorted());
  });
}

for (const service of ["pod", "sts"] as const) {
  Deno.test(`startFakeAws() gives nothing for another token as ${service} does`, async () => {
    await using aws = startFakeAws();
    await assertRejects(() => findCredentials(aws, service, "other"), Error);
    assert(aws.count() > 0);
  });
}

Deno.test("startFakeAws() gives nothing while it is down", async () => {
  await using aws = startFakeAws({ isDown: () => true });
  await assertRejects(() => findCredentials(aws, "imds", POD_TOKEN), Error);
  assert(aws.count() > 0);
});
