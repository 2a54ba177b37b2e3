import { assertEquals, assertThrows } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { refuseTraces } from "../../lib/ams/telemetry.ts";
import { UsageError } from "../../lib/cli/usage_error.ts";

/** Environments, and whether Deno 2.9 exports traces in them. */
const cases: [environment: string, exportsTraces: boolean][] = [
  ["", false],
  ["OTEL_DENO=true", true],
  ["OTEL_DENO=TRUE", true],
  ["OTEL_DENO=false", false],
  ["OTEL_DENO=1", false],
  ["OTEL_DENO_TRACING=true", true],
  ["OTEL_DENO=true OTEL_DENO_TRACING=false", false],
  ["OTEL_DENO=true OTEL_DENO_TRACING=1", true],
  ["OTEL_DENO=false OTEL_DENO_TRACING=true", true],
  ["OTEL_DENO=true OTEL_SDK_DISABLED=true", false],
  ["OTEL_DENO_TRACING=true OTEL_SDK_DISABLED=true", false],
  ["OTEL_DENO=true OTEL_SDK_DISABLED=false", true],
  ["OTEL_DENO=true OTEL_TRACES_EXPORTER=none", true],
  ["OTEL_DENO=true OTEL_TRACES_SAMPLER=always_off", false],
  ["OTEL_DENO=true OTEL_TRACES_SAMPLER=parentbased_always_off", true],
  ["OTEL_DENO_METRICS=true", false],
];

/** Options, and what traces would contain with them. */
const SECRETS = [
  ["auth", "tokens"],
  ["keys", "URLs of key servers"],
  ["allow-source", "URLs of packages"],
] as const;

function parse(environment: string): Record<string, string> {
  return Object.fromEntries(environment.split(" ").filter(Boolean).map((it) => it.split("=", 2)));
}

for (const [environment, exportsTraces] of cases) {
  const verb = exportsTraces ? "refuses" : "accepts";
  Deno.test(`refuseTraces() ${verb} ${environment || "no variables"}`, () => {
    const variables = parse(environment);
    const refuse = (options: Record<string, string>) => () =>
      refuseTraces(options, (name) => variables[name]);
    refuse({})();
    for (const [option, reason] of SECRETS) {
      const refuseOption = refuse({ [option]: "file.json" });
      if (!exportsTraces) {
        refuseOption();
        continue;
      }
      const { message } = assertThrows(refuseOption, UsageError, `Cannot use --${option} while`);
      assertEquals(message.endsWith(`contain ${reason}: set OTEL_TRACES_SAMPLER=always_off`), true);
    }
  });
}

const SERVER = fromFileUrl(new URL("./traced_server.ts", import.meta.url));

Deno.test("Deno exports traces exactly where refuseTraces() refuses", async () => {
  const exports = new Set<string>();
  await using collector = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen() {} },
    async (request) => {
      await request.body?.cancel();
      exports.add(new URL(request.url).pathname);
      return new Response("{}");
    },
  );
  for (const [environment, exportsTraces] of cases) {
    exports.clear();
    const { success } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--no-config", "--allow-net=127.0.0.1", SERVER],
      env: {
        OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${collector.addr.port}`,
        ...parse(environment),
      },
      stdout: "null",
      stderr: "null",
    }).output();
    assertEquals([success, exports.has("/v1/traces")], [true, exportsTraces], environment);
  }
});
