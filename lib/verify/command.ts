/** The command `amspackager verify`. */

import { type Console, createMessageConsole } from "../cli/console.ts";
import type { ConnectOrigin } from "../origins/origin_connection.ts";
import { OriginConnections } from "../origins/origin_connections.ts";
import type { RemoteOrigin } from "../storage/remote/origin.ts";
import { GENERATORS, type Generators } from "./generators.ts";
import { parseVerifyOptions, VERIFY_HELP } from "./options.ts";
import { isDirectory, parseTarget, type Target } from "./targets.ts";
import { verifySingle } from "./verify_target.ts";
import { verifySeveral } from "./verify_several.ts";

export interface VerifyProgram {
  readonly version: string;
  readonly generators?: Generators;
  /** Gives up the permission to connect, before media is read; default: does nothing. */
  readonly revokeNetwork?: () => void;
  /** Connects to an origin; default: over the network. */
  readonly connect?: ConnectOrigin;
}

/**
 * @returns false if there are differences, or one of several files cannot be verified
 * @throws UsageError; for a single file MediaError, KeyFileError, KeysError
 */
export async function verifyCommand(
  args: readonly string[],
  out: Console,
  { version, generators = GENERATORS, revokeNetwork, connect }: VerifyProgram,
): Promise<boolean> {
  const options = parseVerifyOptions(args);
  if (options === "help") {
    out.line(VERIFY_HELP);
    return true;
  }
  if (options === "version") {
    out.line(`amspackager ${version}`);
    return true;
  }
  const { files, json, sidecars, keys: keyFile, allowed = [] } = options;
  const targets = files.map(parseTarget);
  const messages = json ? out : createMessageConsole(out);
  using origins = new OriginConnections(new AbortController().signal, connect);
  const context = {
    ...{ out: messages, generators, json, sidecars, keyFile, allowed, origins },
    revokeNetwork: usesOrigins(targets, allowed) ? undefined : revokeNetwork,
  };
  const [first, second] = targets;
  return second === undefined && !await isDirectory(first!)
    ? await verifySingle(first!, context)
    : await verifySeveral(targets, context);
}

function usesOrigins(targets: readonly Target[], allowed: readonly RemoteOrigin[]): boolean {
  return allowed.length > 0 || targets.some(({ remote }) => remote);
}
