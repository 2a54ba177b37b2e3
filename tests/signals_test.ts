/** Signals of `ams`, and a document root that is gone, in a process of its own. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { PEM, start } from "./ams_process.ts";
import { eventually } from "./eventually.ts";
import { testApp } from "./server/fixture.ts";
import { TestOrigin } from "./storage/remote/test_origin.ts";
import { getCertificateName, TlsClient } from "./tls_client.ts";

const UNIX = Deno.build.os !== "windows";

/** Pairs of `tests/http/tls/`, by the common name of the certificate. */
const PAIRS = {
  localhost: ["cert.pem", "key.pem"],
  renewed: ["renewed.pem", "renewed-key.pem"],
} as const;

/** A server whose certificate and key can be replaced. */
async function startTls(app: { readonly root: string; readonly outside: string }) {
  const [cert, key] = [join(app.outside, "cert.pem"), join(app.outside, "key.pem")];
  const install = (name: keyof typeof PAIRS) => {
    const [newCert, newKey] = PAIRS[name];
    Deno.copyFileSync(join(PEM, newCert), cert);
    Deno.copyFileSync(join(PEM, newKey), key);
  };
  install("localhost");
  const options = ["--workers", "2", "--admin", "127.0.0.1:0", "--cert", cert, "--key", key];
  const server = await start(app, ...options);
  const [, metricsUrl] = await server.until(/Serving metrics at (\S+)\n/);
  let reloads = 0;
  /** Resolves when the log has a line of the reload. */
  const reload = async () => {
    server.child.kill("SIGHUP");
    reloads++;
    await server.until(/Z (Reloaded|Cannot reload).*\n/, reloads);
  };
  /** Returns how often files were read again, by the result. */
  const getCounts = async () => {
    const text = await (await fetch(metricsUrl!)).text();
    const counts = text.matchAll(/^ams_config_reloads_total\{result="(\w+)"\} (\d+)$/gm);
    return Object.fromEntries(Array.from(counts, ([, result, count]) => [result, Number(count)]));
  };
  return { ...server, cert, key, install, reload, getCounts };
}

/** Requests segments one after the other until it is stopped, on new connections or on one. */
function load(port: number, path: string, keepAlive: boolean) {
  let running = true;
  const statuses: number[] = [];
  const run = async () => {
    let client = new TlsClient();
    while (running) {
      const { status } = await client.get(port, path);
      statuses.push(status);
      if (keepAlive) continue;
      client[Symbol.dispose]();
      client = new TlsClient();
    }
    client[Symbol.dispose]();
  };
  const done = run();
  return {
    async stop() {
      running = false;
      await done; // rejects if a request failed
      return statuses;
    },
  };
}

/** Workers replace their certificate after the line of the log. */
async function waitForCertificate(port: number, name: string): Promise<void> {
  for (let found = 0; found < 8;) { // in a row: connections are distributed among workers
    found = await getCertificateName(port) === name ? found + 1 : 0;
  }
}

Deno.test(
  { name: "ams reads the certificate again fifty times under load", ignore: !UNIX },
  async () => {
    using app = testApp();
    const server = await startTls(app);
    const loads = [true, true, false, false].map((keepAlive) =>
      load(server.port, "/film.json/.mpd", keepAlive)
    );
    for (let i = 1; i <= 50; i++) {
      const name = i % 2 ? "renewed" : "localhost";
      server.install(name);
      await server.reload();
      if (i % 10 < 2) await waitForCertificate(server.port, name);
    }
    for (const { stop } of loads) {
      const statuses = await stop();
      assert(statuses.length > 0);
      assertEquals(statuses.filter((status) => status !== 200), []);
    }
    server.child.kill("SIGTERM");
    const { code, out } = await server.end();
    assertEquals(code, 0);
    assertEquals(out.match(/Z Reloaded: certificate\n/g)?.length, 50);
  },
);

Deno.test(
  { name: "ams continues with its certificate if the new one is broken", ignore: !UNIX },
  async () => {
    using app = testApp();
    const server = await startTls(app);
    const failures: [change: () => void, reason: RegExp][] = [
      [() => Deno.removeSync(server.cert), /Cannot read '\S+cert\.pem': no such file/],
      [() => Deno.writeTextFileSync(server.cert, "x"), /it contains no certificate/],
      [
        () => Deno.copyFileSync(join(PEM, "renewed.pem"), server.cert),
        /the key is of another certificate/,
      ],
    ];
    for (const [change, reason] of failures) {
      change();
      await server.reload();
      await server.until(new RegExp(`Cannot reload, so nothing has changed: .*${reason.source}`));
      assertEquals(await getCertificateName(server.port), "localhost");
    }
    server.install("renewed");
    await server.reload();
    await waitForCertificate(server.port, "renewed");
    assertEquals(await server.getCounts(), { success: 1, error: failures.length });
    server.child.kill("SIGTERM");
    assertEquals((await server.end()).code, 0);
  },
);

Deno.test({ name: "ams reads files of sources on SIGHUP", ignore: !UNIX }, async () => {
  using app = testApp();
  await using origin = await TestOrigin.start();
  const file = join(app.outside, "authorization");
  Deno.writeTextFileSync(file, "Bearer a");
  const mount = `/far=${origin.url}/?authorization=${file}`;
  const server = await start(app, "--workers", "1", "--mount", mount);
  await server.until(/The source of \/far, \S+, responds\n/);
  Deno.writeTextFileSync(file, "Bearer b");
  server.child.kill("SIGHUP");
  await server.until(/Z Reloaded: files of sources\n/);
  Deno.removeSync(file);
  server.child.kill("SIGHUP");
  await server.until(/Z Cannot reload, so nothing has changed: Cannot read '.*authorization'/);
  await (await fetch(`${server.url}/far/a.vtt`)).body?.cancel();
  assertEquals(origin.requests.map(({ headers }) => headers.authorization), [
    "Bearer a",
    "Bearer b",
  ]);
  server.child.kill("SIGTERM");
  assertEquals((await server.end()).code, 0);
});

Deno.test({ name: "ams survives SIGHUP without files to reload", ignore: !UNIX }, async () => {
  using app = testApp();
  const server = await start(app, "--workers", "1");
  server.child.kill("SIGHUP");
  await server.until(/Z Nothing to reload: ams was started without files that SIGHUP reloads\n/);
  const response = await fetch(`${server.url}/film.json/.mpd`);
  assertEquals(response.status, 200);
  await response.body?.cancel();
  server.child.kill("SIGTERM");
  assertEquals((await server.end()).code, 0);
});

Deno.test({ name: "ams stops when it has drained", ignore: !UNIX }, async () => {
  using app = testApp();
  const server = await start(app, "--workers", "1", "--drain", "1");
  server.child.kill("SIGTERM");
  const { code, out } = await server.end();
  assertEquals(code, 0);
  const [, from, to] = /^(\S+) Draining: serving for 1 more seconds\n(\S+) Stopping: /m.exec(out)!;
  const ms = Date.parse(to!) - Date.parse(from!);
  assert(ms >= 990, `drained for ${ms} ms`);
});

for (const second of ["SIGTERM", "SIGINT"] as const) {
  Deno.test({
    name: `ams serves while it drains, and exits at once after ${second}`,
    ignore: !UNIX,
  }, async () => {
    using app = testApp();
    const server = await start(app, "--workers", "2", "--drain", "3600");
    server.child.kill("SIGTERM");
    await server.until(/Z Draining: serving for 3600 more seconds\n/);
    for (let draining = 0; draining < 8;) { // in a row: workers learn of it after the line of the log
      using client = Deno.createHttpClient({ poolMaxIdlePerHost: 0 }); // a connection for each request
      const get = async (path: string) => {
        const response = await fetch(`${server.url}${path}`, { client });
        await response.body?.cancel();
        return `${response.status} ${response.headers.get("ams-error")}`;
      };
      assertEquals(await get("/film.json/.mpd"), "200 null");
      draining = await get("/.ams/health") === "503 DRAINING" ? draining + 1 : 0;
    }
    server.child.kill(second);
    assertEquals((await server.end()).code, 1);
  });
}

Deno.test({ name: "ams does not drain after SIGINT", ignore: !UNIX }, async () => {
  using app = testApp();
  const server = await start(app, "--workers", "1", "--drain", "3600");
  server.child.kill("SIGINT");
  const { code, out } = await server.end();
  assertEquals([code, out.includes("Draining")], [0, false]);
});

Deno.test({
  name: "ams rejects requests while its root is gone, and serves it when it is back",
  ignore: !UNIX,
}, async () => {
  using app = testApp();
  const server = await start(app, "--workers", "2");
  const get = async () => {
    const response = await fetch(`${server.url}/film.json/.mpd`);
    await response.body?.cancel();
    return `${response.status} ${response.headers.get("ams-error")}`;
  };
  const waitFor = async (expected: string) => {
    await eventually(async () => await get() === expected, `ams responds ${expected}`);
  };
  assertEquals(await get(), "200 null");
  Deno.renameSync(app.root, `${app.root}-away`);
  await waitFor("503 STORAGE_GONE");
  await server.until(
    /Z Cannot read the document root: requests are rejected with 503 STORAGE_GONE\n/,
  );
  Deno.renameSync(`${app.root}-away`, app.root);
  await waitFor("200 null");
  await server.until(/Z The document root can be read again\n/);
  server.child.kill("SIGTERM");
  const { code, out } = await server.end();
  assertEquals([code, out.match(/Cannot read the document root: /g)?.length], [0, 1]);
});

for (const tls of [false, true]) {
  Deno.test(`ams listens on a host name, ${tls ? "https" : "http"}`, async () => {
    using app = testApp();
    const files = ["--cert", join(PEM, "cert.pem"), "--key", join(PEM, "key.pem")];
    const server = await start(app, "--host", "localhost", "--workers", "2", ...tls ? files : []);
    assertMatch(server.url, /^https?:\/\/localhost:\d+$/);
    const caCerts = [Deno.readTextFileSync(join(PEM, "ca.pem"))];
    using client = Deno.createHttpClient({ caCerts });
    const response = await fetch(`${server.url}/film.json/.mpd`, { client });
    assertEquals(response.status, 200);
    await response.body?.cancel();
    client.close();
    server.child.kill("SIGINT");
    assertEquals((await server.end()).code, 0);
  });
}
