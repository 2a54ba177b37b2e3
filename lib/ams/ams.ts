import { replaceControls } from "../cli/control_characters.ts";
import { EXIT_CODE, exitCodeForError } from "../cli/exit_code.ts";
import { check } from "./check.ts";
import { AMS_HELP } from "./ams_command.ts";
import { type AmsOptions, parseAmsOptions } from "./options.ts";
import { SYSTEM_SOURCES } from "./option_sources.ts";
import { ingests } from "./recording_setup.ts";
import { ServerProcess } from "./server_process.ts";
import { listOrigins, signsRequests } from "./source_options.ts";
import { formatSetupError } from "./setup.ts";
import type { ProcessOutput } from "./stdout.ts";
import { waitForStopSignal } from "./stop_signal.ts";
import { printToken } from "./token_command.ts";

/**
 * Never rejects: errors are written as one line.
 *
 * @param revokeWriting is called before anything else unless files are written
 * @returns the exit code
 */
export async function ams(
  args: readonly string[],
  out: ProcessOutput,
  version: string,
  revokeWriting = revokeWritePermission,
): Promise<number> {
  try {
    const [command, ...rest] = args;
    if (command === "check") {
      const revoke = { revokeWriting, revokeCredentialSources };
      return await check(rest, out, { version, sources: SYSTEM_SOURCES, ...revoke });
    }
    if (command === "token") {
      revokeWriting();
      revokeCredentialSources();
      return await printToken(rest, out, { version });
    }
    const options = parseAmsOptions(args, SYSTEM_SOURCES);
    if (typeof options === "string" || !writesFiles(options)) revokeWriting();
    if (typeof options === "string" || !listOrigins(options.sources).some(signsRequests)) {
      revokeCredentialSources();
    }
    if (options === "help") await out.write(`${AMS_HELP}\n`);
    else if (options === "version") await out.write(`ams ${version}\n`);
    else if (options.printedConfig) await out.write(`${options.printedConfig.join("\n")}\n`);
    else await serve(options, out, version);
    return EXIT_CODE.success;
  } catch (error) {
    out.warn(replaceControls(`ams: ${formatSetupError(error)}`));
    return exitCodeForError(error);
  }
}

/** A recorder writes files, a storage worker the cache of sources, and a worker the file of its socket. */
function writesFiles(options: AmsOptions): boolean {
  const { socketPath, sources } = options;
  const hasDiskCache = sources.disk !== undefined && listOrigins(sources).length > 0;
  return ingests(options) || socketPath !== undefined || hasDiskCache;
}

/** The process cannot get the permission back, nor can a worker. */
function revokeWritePermission(): void {
  Deno.permissions.revokeSync({ name: "write" });
}

/** What the SDK of AWS reads to find credentials: where the home directory is, and for requests to STS who it is. */
const CREDENTIAL_VARIABLES = [
  ...["AWS_*", "_X_AMZN_TRACE_ID"],
  ...["HOME", "USERPROFILE", "HOMEPATH", "HOMEDRIVE"],
];

function revokeCredentialSources(): void {
  for (const kind of ["homedir", "osRelease"] as const) {
    Deno.permissions.revokeSync({ name: "sys", kind });
  }
  for (const variable of CREDENTIAL_VARIABLES) {
    Deno.permissions.revokeSync({ name: "env", variable });
  }
}

async function serve(options: AmsOptions, out: ProcessOutput, version: string): Promise<void> {
  await using server = await ServerProcess.create(options, out, version);
  await server.start();
  const stopSignal = waitForStopSignal();
  server.announce();
  await server.stop(await stopSignal === "SIGTERM" ? options.drainSeconds : 0);
}
