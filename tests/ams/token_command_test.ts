import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { SetupError } from "../../lib/ams/setup.ts";
import { printToken } from "../../lib/ams/token_command.ts";
import { UsageError } from "../../lib/cli/usage_error.ts";
import { NOW, nowMs, SECRETS, signAkamaiToken } from "../access/tokens.ts";
import { LocalFiles } from "../test_files.ts";

const AUTH = {
  keys: { first: { hmac: SECRETS.first }, idp: { jwks: "jwks.json" } },
  policies: [],
};

/** Runs `ams token` with these arguments after `--auth`. */
async function run(line: string, auth: unknown = AUTH): Promise<string> {
  using files = new LocalFiles();
  files.write("auth.json", JSON.stringify(auth));
  let printed = "";
  const out = {
    write(text: string) {
      printed += text;
      return Promise.resolve();
    },
  };
  const args = ["--auth", `${files.root}/auth.json`, ...line.split(" ")];
  await printToken(args, out, { version: "1", nowMs: nowMs() });
  return printed;
}

Deno.test("printToken() prints what Akamai's generator writes", async () => {
  const line = "--key first --acl /films/* --seconds 60";
  const acl = "/films/*";
  assertEquals(await run(line), `${signAkamaiToken({ acl, exp: NOW + 60 })}\n`);
  const ip = "192.0.2.0/24";
  assertEquals(await run(`${line} --ip ${ip}`), `${signAkamaiToken({ acl, ip })}\n`);
});

Deno.test("printToken() prints help and the version", async () => {
  assertStringIncludes(await run("--help"), "--acl PATTERN");
  assertEquals(await run("--version"), "ams 1\n");
});

const refused: [line: string, message: string][] = [
  ["--acl /* --seconds 1", "Cannot sign a token without --key"],
  ["--key first --seconds 1", "Cannot sign a token without --acl"],
  ["--key first --acl /*", "Cannot sign a token without --seconds"],
  ["--key other --acl /* --seconds 1", 'Cannot use --key "other": expected a key with "hmac"'],
  ["--key idp --acl /* --seconds 1", 'Cannot use --key "idp": expected a key with "hmac"'],
  [
    "--key first --acl films --seconds 1",
    'Cannot use --acl "films": expected a pattern without "~" that begins with "/" or "*"',
  ],
  [
    "--key first --acl /* --seconds 1 --ip example.com",
    'Cannot use --ip "example.com": expected an IP address, or a network such as 192.0.2.0/24',
  ],
];

for (const [line, message] of refused) {
  Deno.test(`printToken() refuses ${line}`, async () => {
    assertEquals((await assertRejects(() => run(line), UsageError)).message, message);
  });
}

Deno.test("printToken() names the field of an invalid auth file", async () => {
  const { message } = await assertRejects(
    () => run("--key first --acl /* --seconds 1", { keys: {} }),
    SetupError,
  );
  assertStringIncludes(message, "auth.json': policies: Cannot find this key");
});
