import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import {
  type CredentialsProvider,
  CredentialsRenewal,
  provideCredentials,
} from "../../lib/ams/credentials.ts";
import type { CredentialsResult } from "../../lib/ams/storage_worker_messages.ts";
import { parseMountSource } from "../../lib/storage/remote/mount_source.ts";
import type { RemoteOrigin } from "../../lib/storage/remote/origin.ts";
import { eventually } from "../eventually.ts";

const MINUTE = 60_000;

/** Runs a renewal by a clock that a test advances: its timers are delays, in milliseconds. */
class Renewal {
  now = 0;
  readonly delays: number[] = [];
  readonly results: CredentialsResult[] = [];
  readonly lines: string[] = [];
  readonly renewal: CredentialsRenewal;

  constructor(provide: (now: number) => ReturnType<CredentialsProvider>) {
    this.renewal = new CredentialsRenewal({
      provide: () => provide(this.now),
      onResult: (result) => this.results.push(result),
      log: (message, level) => this.lines.push(`${level} ${message}`),
      clock: {
        now: () => this.now,
        start: (_, ms) => {
          this.delays.push(ms);
          return () => {};
        },
      },
      now: () => this.now,
    });
  }

  async at(now: number): Promise<void> {
    this.now = now;
    await this.renewal.renew();
  }
}

const KEYS = { accessKeyId: "id", secretAccessKey: "secret" };

Deno.test("CredentialsRenewal asks once for credentials that do not expire", async () => {
  const test = new Renewal(() => Promise.resolve(KEYS));
  await test.at(0);
  assertEquals([test.results, test.delays, test.lines], [[KEYS], [], []]);
});

Deno.test("CredentialsRenewal asks again five minutes before credentials expire", async () => {
  const test = new Renewal((now) =>
    Promise.resolve({ ...KEYS, sessionToken: `${now}`, expiration: new Date(60 * MINUTE) })
  );
  await test.at(0);
  await test.at(55 * MINUTE); // the machine has no others yet
  assertEquals(test.delays, [55 * MINUTE, MINUTE / 2]);
  assertEquals(test.results.map((it) => "sessionToken" in it && it.sessionToken), [
    "0",
    `${55 * MINUTE}`,
  ]);
});

Deno.test("CredentialsRenewal keeps credentials that are valid while there are no others", async () => {
  let fails = false;
  const test = new Renewal(() => {
    if (fails) return Promise.reject(new Error("no route"));
    return Promise.resolve({ ...KEYS, expiration: new Date(60 * MINUTE) });
  });
  await test.at(0);
  fails = true;
  await test.at(55 * MINUTE);
  await test.at(56 * MINUTE);
  assertEquals(test.results, [KEYS]);
  await test.at(60 * MINUTE);
  assertEquals(test.results.at(-1), { error: "Cannot find credentials for s3://: no route" });
  fails = false;
  await test.at(61 * MINUTE);
  assertEquals(test.delays.slice(1, 4), [10_000, 10_000, 10_000]);
  assertEquals(test.lines, [
    "error Cannot find credentials for s3://: no route",
    "info Credentials for s3:// were found",
  ]);
});

Deno.test("CredentialsRenewal reports each reload that fails, and keeps what is in use", async () => {
  let reason = "";
  const test = new Renewal(() =>
    reason === "" ? Promise.resolve(KEYS) : Promise.reject(new Error(reason))
  );
  await test.at(0);
  for (reason of ["no file", "no key"]) await test.renewal.renew(true);
  await test.renewal.renew();
  assertEquals([test.results, test.lines], [[KEYS], [
    "error Cannot find credentials for s3://: no file",
    "error Cannot find credentials for s3://: no key",
  ]]);
});

Deno.test("CredentialsRenewal ignores what arrives after a later request was made", async () => {
  const waiting: ((id: string) => void)[] = [];
  const test = new Renewal(() =>
    new Promise((resolve) => {
      waiting.push((accessKeyId) => resolve({ ...KEYS, accessKeyId, expiration: new Date(1) }));
    })
  );
  const renewals = [test.renewal.renew(), test.renewal.renew(true)];
  waiting[1]!("new");
  waiting[0]!("old");
  await Promise.all(renewals);
  assertEquals(test.results, [{ ...KEYS, accessKeyId: "new" }]);
  assertEquals(test.delays.length, 1);
});

Deno.test("provideCredentials() reads the file of a source, and tells all buckets that name it", async () => {
  const directory = Deno.makeTempDirSync();
  const file = join(directory, "credentials");
  Deno.writeTextFileSync(
    file,
    "[default]\naws_access_key_id = id\naws_secret_access_key = a/b+c=\n",
  );
  const origins = ["s3://a", "s3://b", "https://c.example/"].map((source, i) => {
    const query = source.startsWith("s3:") ? `?credentials=${file}` : "";
    const origin = parseMountSource(source + query, () => undefined) as RemoteOrigin;
    return { name: `${i}`, label: `/${i}`, origin, isAllowed: false };
  });
  const told: unknown[] = [];
  using _ = provideCredentials(
    origins,
    { setCredentials: (names, result) => told.push([names, result]) },
    (message) => told.push(message),
  );
  await eventually(() => told.length > 0, "credentials");
  Deno.removeSync(directory, { recursive: true });
  assertEquals(told, [[["0", "1"], { accessKeyId: "id", secretAccessKey: "a/b+c=" }]]);
});
