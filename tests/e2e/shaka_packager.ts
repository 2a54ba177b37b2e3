/** Runs shaka-packager: its npm package contains static binaries. */

import binary from "npm:shaka-packager@3.4.2/bin/packager-linux-x64" with { type: "bytes" };
import { join } from "@std/path";
import { createTemporaryDirectory } from "./temporary_directory.ts";

/** True where its binary runs. */
export const HAS_SHAKA_PACKAGER = Deno.build.os === "linux" && Deno.build.arch === "x86_64";

const MAX_RUN_MS = 120_000;

/** A key and its KID, in hexadecimal digits. */
export interface RawKey {
  readonly kid: string;
  readonly key: string;
}

export interface ShakaPackager extends Disposable {
  /**
   * Encrypts video files, each to a file of fragments.
   *
   * @param files input and output paths
   */
  encrypt(
    files: readonly (readonly [string, string])[],
    scheme: string,
    key: RawKey,
  ): Promise<void>;
  /** Decrypts files of one track. */
  decrypt(
    files: readonly (readonly [input: string, output: string])[],
    type: "audio" | "video",
    key: RawKey,
  ): Promise<void>;
}

/** Writes the binary to a temporary directory, which is removed at the end. */
export function createShakaPackager(): ShakaPackager {
  const directory = createTemporaryDirectory();
  const program = join(directory.path, "packager");
  Deno.writeFileSync(program, binary, { mode: 0o755 });
  const run = async (
    files: readonly (readonly [string, string])[],
    type: string,
    flags: readonly string[],
  ) => {
    const streams = files.map(([input, output]) => `in=${input},stream=${type},output=${output}`);
    const { success, stderr } = await new Deno.Command(program, {
      args: [...streams, ...flags, "--segment_duration", "2"],
      stdin: "null",
      stdout: "null",
      signal: AbortSignal.timeout(MAX_RUN_MS),
    }).output();
    if (success) return;
    const lines = new TextDecoder().decode(stderr).split("\n").filter((line) => /^[EF]/.test(line));
    throw new Error(`Cannot run shaka-packager ${flags.join(" ")}: ${lines.join("\n")}`);
  };
  const format = ({ kid, key }: RawKey) => ["--keys", `label=:key_id=${kid}:key=${key}`];
  return {
    encrypt: (files, scheme, key) =>
      run(files, "video", [
        ...["--enable_raw_key_encryption", "--protection_scheme", scheme, "--clear_lead", "0"],
        ...["--protection_systems", "Widevine,Common", ...format(key)],
      ]),
    decrypt: (files, type, key) =>
      run(files, type, ["--enable_raw_key_decryption", ...format(key)]),
    [Symbol.dispose]: () => directory[Symbol.dispose](),
  };
}
