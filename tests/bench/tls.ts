/** Compares TLS with that of nginx. A 99th percentile of 40 ms or more would show responses delayed by TCP. */

import { type RecordedResponse, recordResponses } from "./responses.ts";
import { Client } from "./client.ts";
import { compare, CONNECTIONS, printTables } from "./comparison.ts";
import { type Certificate, startNginx } from "./nginx.ts";
import { createHotRows, findRows, type Row } from "./rows.ts";
import { type Bench, type Section, SERVER_CORE } from "./section.ts";
import { startAms } from "./servers.ts";

const NAMES = ["ams", "nginx"];

/** Minimum speed relative to nginx, for 64 KB. */
const TARGET = { nginx: 0.9 };

export const tls: Section = {
  name: "tls",
  heading: `TLS: one worker, ${CONNECTIONS} connections`,
  required: ["proc", "wrk", "ffmpeg", "openssl"],
  optional: ["nginx", "taskset"],
  assets: ["film", "long"],
  async run(bench) {
    const { rows, recorded } = await recordPlainResponses(bench);
    const certificate = await createCertificate(bench);
    const args = ["--cert", certificate.cert, "--key", certificate.key];
    await using ams = await startAms(bench, { core: SERVER_CORE, args });
    if (!bench.tools.has("nginx")) {
      return printTables(bench, await compare(bench, [ams], rows), NAMES);
    }
    await using nginx = await startNginx(bench, {
      core: SERVER_CORE,
      responses: recorded,
      certificate,
    });
    printTables(bench, await compare(bench, [ams, nginx], rows), NAMES);
  },
};

/** Creates rows, and records their responses over plain HTTP for nginx. */
async function recordPlainResponses(
  bench: Bench,
): Promise<{ rows: Row[]; recorded: RecordedResponse[] }> {
  await using ams = await startAms(bench);
  using client = await Client.connect(ams.port);
  const names = ["DASH manifest", "audio segment, 64 KB", "CMAF segment, 3 MB"];
  const rows = findRows(await createHotRows(client), ...names).map(({ label, paths }) => ({
    ...{ label, paths },
    ...(label.startsWith("audio") && { targets: TARGET }),
  }));
  return {
    rows,
    recorded: await recordResponses(bench, ams.port, rows.flatMap(({ paths }) => paths)),
  };
}

async function createCertificate({ workspace, tools }: Bench): Promise<Certificate> {
  const certificate = { cert: workspace.path("cert.pem"), key: workspace.path("key.pem") };
  await workspace.run([
    tools.get("openssl")!,
    ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"],
    ...["-days", "2", "-subj", "/CN=127.0.0.1"],
    ...["-keyout", certificate.key, "-out", certificate.cert],
  ]);
  return certificate;
}
