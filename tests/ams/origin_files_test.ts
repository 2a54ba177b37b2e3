import { assertEquals, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { provideCredentials } from "../../lib/ams/credentials.ts";
import { parseAmsOptions } from "../../lib/ams/options.ts";
import { SetupError } from "../../lib/ams/setup.ts";
import { OriginFiles } from "../../lib/ams/origin_files.ts";
import { checkSources } from "../../lib/ams/source_setup.ts";
import { eventually } from "../eventually.ts";

function write(path: string, text: string): string {
  Deno.writeTextFileSync(path, text);
  return path;
}

/** What a process with these options reads on SIGHUP, and what it tells the storage worker. */
function setUp(...args: string[]) {
  const options = parseAmsOptions(args);
  if (typeof options === "string") throw new Error("no options");
  const sources = checkSources(options.sources);
  const told: unknown[] = [];
  const lines: string[] = [];
  const credentials = provideCredentials(
    sources.remote?.origins ?? [],
    { setCredentials: (names, result) => told.push([...names, result]) },
    (message) => lines.push(message),
  );
  const files = new OriginFiles({
    setup: { sources, root: undefined },
    receiver: {
      replaceSecrets: (origins) => told.push(...origins.map((it) => it.authorization)),
    },
    credentials,
  });
  return { files, told, lines, [Symbol.dispose]: () => credentials[Symbol.dispose]() };
}

Deno.test("OriginFiles is not used where sources need no files", () => {
  using local = setUp("-d", "/srv");
  using remote = setUp("-d", "https://a.example/", "--mount", "/b=s3://b?credentials=anonymous");
  assertEquals([local.files.isUsed, remote.files.isUsed], [false, false]);
});

Deno.test("OriginFiles.read() reads values of Authorization again, and none that cannot be used", () => {
  const directory = Deno.realPathSync(Deno.makeTempDirSync());
  const secret = write(join(directory, "secret"), "Bearer a\n");
  const ca = Deno.readTextFileSync(new URL("../http/tls/ca.pem", import.meta.url));
  const caFile = write(join(directory, "ca.pem"), ca);
  using test = setUp("-d", `https://a.example/?authorization=${secret}&ca=${caFile}`);
  const { files } = test;
  write(secret, "Bearer b\n");
  files.read()();
  assertEquals(test.told, ["Bearer b"]);
  write(secret, "");
  const expected = `'${secret}': expected one line, the value of a header`;
  assertThrows(() => files.read(), SetupError, expected);
  write(secret, "Bearer c\n");
  write(caFile, "");
  assertThrows(() => files.read(), SetupError, `'${caFile}': it contains no certificate`);
  Deno.removeSync(directory, { recursive: true });
  assertThrows(() => files.read(), SetupError, `Cannot read '${secret}'`);
  assertEquals(test.told, ["Bearer b"]);
});

Deno.test("OriginFiles.read() finds credentials again, and keeps those in use if there are none", async () => {
  const directory = Deno.realPathSync(Deno.makeTempDirSync());
  const format = (id: string) =>
    `[default]\naws_access_key_id = ${id}\naws_secret_access_key = secret\n`;
  const file = write(join(directory, "credentials"), format("first"));
  using test = setUp("-d", `s3://media?credentials=${file}`);
  await eventually(() => test.told.length > 0, "credentials");
  const { files } = test;
  write(file, format("second"));
  files.read()();
  await eventually(() => test.told.length > 2, "other credentials");
  write(file, "[default]\n");
  assertThrows(() => files.read(), SetupError, `'${file}': expected aws_access_key_id in it`);
  Deno.removeSync(directory, { recursive: true });
  assertThrows(() => files.read(), SetupError, `Cannot read '${file}'`);
  const tell = (accessKeyId: string) => ["", { accessKeyId, secretAccessKey: "secret" }];
  assertEquals(test.told, [tell("first"), undefined, tell("second")]);
  assertEquals(test.lines, []);
});

Deno.test("OriginFiles.check() notices each change of a file once", () => {
  const directory = Deno.realPathSync(Deno.makeTempDirSync());
  const secret = write(join(directory, "secret"), "Bearer a\n");
  using test = setUp("-d", `https://a.example/?authorization=${secret}`);
  const { files } = test;
  let changes = 0;
  const check = () =>
    files.check(() => {
      changes++;
      try {
        files.read()();
      } catch (error) {
        if (!(error instanceof SetupError)) throw error;
      }
    });
  check();
  write(secret, "Bearer other\n");
  check();
  check();
  Deno.removeSync(directory, { recursive: true });
  check();
  check();
  assertEquals([changes, test.told], [2, ["Bearer other"]]);
});
