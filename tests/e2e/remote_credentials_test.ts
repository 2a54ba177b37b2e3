/** ams gets its credentials for a bucket where those of AWS are: variables, IMDSv2, pod identity, and STS for a service account. */

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { startAms } from "./ams.ts";
import { type CredentialService, type FakeAws, POD_TOKEN, startFakeAws } from "./fake_aws.ts";
import { eventually } from "./page_driver.ts";
import {
  createS3Client,
  startSwiftServer,
  SWIFT_CREDENTIALS,
  SWIFT_REGION,
  type SwiftServer,
  uploadDirectory,
} from "./swift_server.ts";
import { createTemporaryDirectory } from "./temporary_directory.ts";

const directory = createTemporaryDirectory();
const tokenFile = join(directory.path, "token");
let swift: SwiftServer;

Deno.test.beforeAll(async () => {
  await Deno.writeTextFile(tokenFile, POD_TOKEN);
  const root = join(directory.path, "root");
  await Deno.mkdir(root);
  await Deno.writeTextFile(join(root, "a.vtt"), "WEBVTT\n");
  swift = await startSwiftServer();
  const client = createS3Client(swift.endpoint);
  await uploadDirectory(client, "media", root);
  client.destroy();
});

Deno.test.afterAll(async () => {
  await swift?.[Symbol.asyncDispose]();
  directory[Symbol.dispose]();
});

/** Starts ams on the bucket with variables of the environment, and without files of the user. */
async function startWithVariables(variables: Readonly<Record<string, string>>, query = "") {
  const none = join(directory.path, "none");
  const all = { AWS_CONFIG_FILE: none, AWS_SHARED_CREDENTIALS_FILE: none, ...variables };
  for (const [name, value] of Object.entries(all)) Deno.env.set(name, value);
  try {
    const source = `s3://media?endpoint=${swift.endpoint}&region=${SWIFT_REGION}${query}`;
    return await startAms(directory.path, "--workers", "1", "--mount", `/s3=${source}`);
  } finally {
    for (const name of Object.keys(all)) Deno.env.delete(name);
  }
}

async function fetchStatus(url: string): Promise<string> {
  const response = await fetch(`${url}/s3/a.vtt`);
  await response.body?.cancel();
  return `${response.status} ${response.headers.get("ams-error") ?? "-"}`;
}

Deno.test("ams prefers credentials of a file to variables, without a warning", async () => {
  const { accessKeyId, secretAccessKey } = SWIFT_CREDENTIALS;
  using secrets = createTemporaryDirectory(); // not in the document root
  const file = join(secrets.path, "credentials");
  await Deno.writeTextFile(
    file,
    `[default]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`,
  );
  const others = { AWS_ACCESS_KEY_ID: "ams:ams", AWS_SECRET_ACCESS_KEY: "wrong" };
  await using ams = await startWithVariables(others, `&credentials=${encodeURIComponent(file)}`);
  assertEquals(await fetchStatus(ams.url), "200 -", ams.log());
  assert(!ams.log().includes("AWS_PROFILE"), ams.log()); // the warning of its provider
});

const give = () => ({ ...SWIFT_CREDENTIALS, sessionToken: "session+token==" });

const SOURCES: [name: string, find: (aws: FakeAws) => Record<string, string>][] = [
  ["variables", () => ({
    AWS_ACCESS_KEY_ID: SWIFT_CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: SWIFT_CREDENTIALS.secretAccessKey,
  })],
  ...(["imds", "pod", "sts"] as const).map((service: CredentialService) =>
    [service, (aws: FakeAws) => aws.variables(service, tokenFile)] as [
      string,
      (aws: FakeAws) => Record<string, string>,
    ]
  ),
];

for (const [name, find] of SOURCES) {
  Deno.test(`ams reads a bucket with credentials of ${name}`, async () => {
    await using aws = startFakeAws({ give });
    await using ams = await startWithVariables(find(aws));
    assertEquals(await fetchStatus(ams.url), "200 -", ams.log());
    assertEquals(aws.count() > 0, name !== "variables");
    assert(!ams.log().includes(SWIFT_CREDENTIALS.secretAccessKey), ams.log());
  });
}

Deno.test("ams starts without credentials, and serves the bucket once there are some", async () => {
  let down = true;
  await using aws = startFakeAws({ give, isDown: () => down });
  await using ams = await startWithVariables(aws.variables("pod", tokenFile));
  assertEquals((await fetchStatus(ams.url)).startsWith("50"), true);
  down = false;
  await eventually(() => fetchStatus(ams.url), (status) => status === "200 -");
});
