/**
 * `deno run packaging/homebrew.ts REPOSITORY TAG < SHA256SUMS`: prints the Homebrew formula of a release.
 *
 * The release workflow runs it. Homebrew itself has not installed the formula yet.
 */

import config from "../deno.json" with { type: "json" };

export interface Release {
  /** `owner/name`. */
  readonly repository: string;
  /** `v1.2.3`. */
  readonly tag: string;
  /** Lines of `sha256sum`. */
  readonly checksums: string;
}

const PLATFORMS: readonly (readonly [block: string, platform: string])[] = [
  ["on_macos", "macos"],
  ["on_linux", "linux"],
];

const PROCESSORS: readonly (readonly [block: string, processor: string])[] = [
  ["on_arm", "arm64"],
  ["on_intel", "x64"],
];

/** @throws Error when an archive has no checksum */
export function formatFormula(release: Release): string {
  const archives = PLATFORMS.flatMap(([block, platform]) => [
    `  ${block} do`,
    ...PROCESSORS.flatMap(([inner, processor]) => [
      `    ${inner} do`,
      ...formatArchive(release, `${platform}-${processor}`),
      "    end",
    ]),
    "  end",
    "",
  ]);
  return [
    "class Ams < Formula",
    '  desc "Media server for DASH, HLS and Smooth Streaming"',
    `  homepage "https://github.com/${release.repository}"`,
    `  version "${release.tag.slice(1)}"`,
    `  license "${config.license}"`,
    "",
    ...archives,
    "  def install",
    '    bin.install "ams", "amspackager"',
    '    man1.install Dir["man/*.1"]',
    '    bash_completion.install Dir["man/completions/bash/*"]',
    '    zsh_completion.install Dir["man/completions/zsh/*"]',
    '    fish_completion.install Dir["man/completions/fish/*"]',
    "  end",
    "",
    "  service do",
    '    run [opt_bin/"ams", "-d", var/"ams", "--host", "127.0.0.1"]',
    "    keep_alive true",
    '    log_path var/"log/ams.log"',
    "  end",
    "",
    "  test do",
    '    assert_match version.to_s, shell_output("#{bin}/ams --version")',
    "  end",
    "end",
    "",
  ].join("\n");
}

function formatArchive({ repository, tag, checksums }: Release, name: string): string[] {
  const file = `ams-${tag}-${name}.tar.gz`;
  const line = checksums.split("\n").find((line) => line.endsWith(` ${file}`));
  const [digest] = /^[0-9a-f]{64}(?= )/.exec(line ?? "") ?? [];
  if (digest === undefined) throw new Error(`Cannot find the checksum of ${file}`);
  return [
    `      url "https://github.com/${repository}/releases/download/${tag}/${file}"`,
    `      sha256 "${digest}"`,
  ];
}

if (import.meta.main) {
  const [repository, tag] = Deno.args;
  const checksums = await new Response(Deno.stdin.readable).text();
  const formula = formatFormula({ repository: repository!, tag: tag!, checksums });
  Deno.stdout.writeSync(new TextEncoder().encode(formula));
}
