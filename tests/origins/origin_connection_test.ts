import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { UsageError } from "../../lib/cli/usage_error.ts";
import { SourceError } from "../../lib/errors.ts";
import { connectOrigin } from "../../lib/origins/origin_connection.ts";
import { parseRemoteDirectory } from "../../lib/origins/remote_path.ts";
import { TestOrigin } from "../storage/remote/test_origin.ts";
import { withDirectory } from "../packager/films.ts";

const { signal } = new AbortController();

const connect = (source: string) => connectOrigin(parseRemoteDirectory(source, () => undefined)!);

Deno.test("connectOrigin() signs requests with the credentials of a file", () =>
  withDirectory(async (directory) => {
    const file = join(directory, "credentials");
    Deno.writeTextFileSync(
      file,
      "[default]\naws_access_key_id = id\naws_secret_access_key = secret\n",
    );
    await using origin = await TestOrigin.start();
    origin.files.set("/media/films/a", { bytes: new Uint8Array(3), etag: '"1"' });
    const query = `endpoint=${origin.url}&credentials=${encodeURIComponent(file)}`;
    using connection = connect(`s3://media/films?${query}`);
    assertEquals((await connection.reader.open("a", signal))?.file.size, 3);
    const bytes = new Uint8Array(2);
    await connection.write!({ path: "a", bytes, type: "application/json", signal });
    assertEquals(
      origin.requests.map((
        { method, target, headers: { authorization } },
      ) => [method, target, String(authorization).slice(0, 30)]),
      ["GET", "PUT"].map((method) => [
        method,
        "/media/films/a",
        "AWS4-HMAC-SHA256 Credential=id",
      ]),
    );
  }));

Deno.test("connectOrigin() says that there are no credentials, and sends nothing", async () => {
  await using origin = await TestOrigin.start();
  using connection = connect(`s3://media?endpoint=${origin.url}&credentials=/missing/file`);
  const error = await assertRejects(() => connection.reader.open("a", signal), SourceError);
  assertEquals(error.code, "SOURCE_DENIED");
  assertEquals(error.message.startsWith("Cannot find credentials for s3://: "), true);
  assertEquals(origin.requests, []);
});

Deno.test("connectOrigin() sends Authorization to a web server, which it does not write to", () =>
  withDirectory(async (directory) => {
    const file = join(directory, "authorization");
    Deno.writeTextFileSync(file, "Bearer x\n");
    await using origin = await TestOrigin.start();
    using connection = connect(`${origin.url}?authorization=${encodeURIComponent(file)}`);
    assertEquals(await connection.reader.open("a", signal), undefined);
    assertEquals(origin.requests[0]?.headers.authorization, "Bearer x");
    assertEquals(connection.write, undefined);
  }));

Deno.test("connectOrigin() refuses files of secrets that it cannot use", () =>
  withDirectory((directory) => {
    const missing = join(directory, "missing");
    assertThrows(() => connect(`http://a.example/?ca=${missing}`), UsageError, "Cannot read");
    const file = join(directory, "authorization");
    Deno.writeTextFileSync(file, "a\nb");
    const source = `http://a.example/?authorization=${file}`;
    assertThrows(() => connect(source), UsageError, "Cannot use this value of Authorization");
    return Promise.resolve();
  }));
