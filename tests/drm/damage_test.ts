/** Seeded mutations of key files and CPIX documents: each is read, or is an expected error. */

import { assert } from "@std/assert";
import { KeysError } from "../../lib/errors.ts";
import { parseCpix } from "../../lib/drm/cpix.ts";
import { KeyFileError, parseKeyFile } from "../../lib/drm/key_file.ts";
import { SYSTEM_IDS } from "../../lib/drm/system_id.ts";
import { xml } from "../../lib/xml.ts";
import { buildCpix, buildRule, buildSystem, SPEKE_KEY, toBase64 } from "./cpix_document.ts";
import { PLAYREADY_TEST_SEED } from "./vectors.ts";

const KEY_FILE = JSON.stringify({
  ams: 1,
  sources: {
    house: {
      seed: PLAYREADY_TEST_SEED,
      systems: ["widevine"],
      licences: { fairplay: "skd://{kid}" },
    },
    list: { keys: { [SPEKE_KEY.kid]: { key: "0".repeat(32) } } },
    docs: { cpix: "https://a.example/{content}", headers: { A: "b" } },
  },
});

const LINE = '#EXT-X-KEY:METHOD=SAMPLE-AES,URI="data:a",KEYFORMAT="com.a"';

/** Small, so that most mutations change something that is read. */
const CPIX = buildCpix({
  systems: buildSystem(
    SYSTEM_IDS.widevine,
    `<c:ContentProtectionData>${toBase64('<a xmlns="urn:a">b</a>')}</c:ContentProtectionData>
    <c:HLSSignalingData playlist="media">${toBase64(LINE)}</c:HLSSignalingData>`,
  ),
  rules: buildRule(
    'intendedTrackType="SD"',
    '<c:VideoFilter maxPixels="1" minFps="2" hdr="true"/>',
  ),
});

const CHARACTERS = "\0\n\"'<>&;:/={}[],#-0Aé\uE000\uD800";

function* mutate(text: string, count: number): Generator<string> {
  let state = 1;
  const random = (max: number) => {
    state = Math.imul(state, 1664525) + 1013904223 >>> 0; // Numerical Recipes, §7.1
    return Math.floor(state / 2 ** 32 * max);
  };
  for (let i = 0; i < count; i++) {
    const [at, length] = [random(text.length), random(4) ? random(3) : random(40)];
    const added = random(4)
      ? CHARACTERS[random(CHARACTERS.length)]!
      : text.substr(random(text.length), random(40));
    yield text.slice(0, at) + added + text.slice(at + length);
  }
}

const readers: [what: string, text: string, read: (text: string) => unknown][] = [
  ["parseKeyFile()", KEY_FILE, parseKeyFile],
  ["parseCpix()", CPIX, (text) => {
    const document = parseCpix(text, { scheme: "cbcs" });
    for (const systems of document.signalling.values()) {
      for (const { contentProtection, mediaPlaylist = [] } of systems.values()) {
        if (contentProtection) xml({ ContentProtection: contentProtection });
        assert(mediaPlaylist.every((line) => /^#EXT-X-KEY:METHOD=SAMPLE-AES,\P{Cc}+$/u.test(line)));
      }
    }
  }],
];

for (const [what, text, read] of readers) {
  Deno.test(`${what} reads mutations, or throws an expected error`, () => {
    const outcomes = new Set<boolean>();
    for (const mutation of mutate(text, 3000)) {
      try {
        read(mutation);
        outcomes.add(true);
      } catch (error) {
        const isExpected = error instanceof KeysError || error instanceof KeyFileError;
        if (!isExpected) throw new Error(JSON.stringify(mutation), { cause: error });
        assert(
          !error.message.includes(SPEKE_KEY.key) && !error.message.includes(PLAYREADY_TEST_SEED),
        );
        outcomes.add(false);
      }
    }
    assert(outcomes.size === 2, "all mutations have the same outcome");
  });
}
