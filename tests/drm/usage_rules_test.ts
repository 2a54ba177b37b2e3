import { assertEquals, assertThrows } from "@std/assert";
import { KeysError } from "../../lib/errors.ts";
import type { Description } from "../../lib/codecs/codec.ts";
import { parseCpix } from "../../lib/drm/cpix.ts";
import { assignKeys, type ProtectedRendition } from "../../lib/drm/usage_rules.ts";
import { buildCpix, buildKey, buildRule, SPEKE_KEY } from "./cpix_document.ts";

const KID = SPEKE_KEY.kid;

const OTHER = "681e5b39-49f2-4dfa-b744-86573c22e6fc";

const KEYS = buildKey(KID) + buildKey(OTHER);

const readRules = (rules: string) =>
  parseCpix(buildCpix({ keys: KEYS, rules }), { scheme: "cenc" }).rules;

const audio = (channels: number): ProtectedRendition => ({
  name: "audio",
  description: {
    type: "audio",
    codec: "mp4a.40.2",
    channels,
    sampleRate: 48000,
    dashChannels: { schemeIdUri: "", value: "" },
  },
});

interface VideoTraits {
  readonly frameRate?: string;
  readonly codec?: string;
  readonly transfer?: number;
}

const video = (width: number, height: number, traits: VideoTraits = {}): ProtectedRendition => ({
  name: "video",
  description: {
    type: "video",
    codec: traits.codec ?? "hvc1.2.4.L150.90",
    width,
    height,
    pixelAspect: [1, 1],
    interlaced: false,
    ...traits.transfer !== undefined && {
      colour: { primaries: 9, transfer: traits.transfer, matrix: 9, fullRange: false },
    },
  } satisfies Description,
  frameRate: traits.frameRate,
});

const filter = (attributes: string) => `<c:VideoFilter ${attributes}/>`;

const HD = filter('minPixels="442369" maxPixels="2073600"');

const matches: [rule: string, rendition: ProtectedRendition, isMatch: boolean][] = [
  [buildRule('intendedTrackType="ALL"'), audio(2), true],
  [buildRule('intendedTrackType="ALL"'), video(16, 16), true],
  [buildRule('intendedTrackType="AUDIO"'), audio(2), true],
  [buildRule('intendedTrackType="AUDIO"'), video(16, 16), false],
  [buildRule('intendedTrackType="VIDEO"'), video(16, 16), true],
  [buildRule('intendedTrackType="VIDEO"'), audio(2), false],
  // SPEKE's contract of one key.
  [buildRule('intendedTrackType="ALL"', filter("") + "<c:AudioFilter/>"), audio(2), true],
  [buildRule('intendedTrackType="ALL"', filter("") + "<c:AudioFilter/>"), video(16, 16), true],
  // A filter matches its own type alone, whatever the intended type is.
  [buildRule("", filter("")), video(16, 16), true],
  [buildRule("", filter("")), audio(2), false],
  [buildRule('intendedTrackType="ALL"', filter("")), audio(2), false],
  [buildRule('intendedTrackType="HD"', HD), video(768, 576), false],
  [buildRule('intendedTrackType="HD"', HD), video(442_369, 1), true],
  [buildRule('intendedTrackType="HD"', HD), video(1920, 1080), true],
  [buildRule('intendedTrackType="HD"', HD), video(2_073_601, 1), false],
  // Filters of one type are alternatives.
  [buildRule('intendedTrackType="SD+HD"', HD + filter('maxPixels="442368"')), video(16, 16), true],
  [buildRule("", filter('minFps="30"')), video(16, 16, { frameRate: "30" }), false],
  [buildRule("", filter('minFps="30"')), video(16, 16, { frameRate: "60000/1001" }), true],
  [buildRule("", filter('maxFps="30"')), video(16, 16, { frameRate: "30" }), true],
  [buildRule("", filter('maxFps="30"')), video(16, 16, { frameRate: "30000/1001" }), true],
  [buildRule("", filter('maxFps="30"')), video(16, 16, { frameRate: "31" }), false],
  [buildRule("", filter('hdr="true"')), video(16, 16), false],
  [buildRule("", filter('hdr="true"')), video(16, 16, { transfer: 1 }), false],
  [buildRule("", filter('hdr="1"')), video(16, 16, { transfer: 16 }), true],
  [buildRule("", filter('hdr="true"')), video(16, 16, { transfer: 18 }), true],
  [buildRule("", filter('hdr="true"')), video(16, 16, { codec: "dvh1.05.06" }), true],
  [buildRule("", filter('hdr="false"')), video(16, 16, { transfer: 16 }), false],
  [buildRule("", filter('hdr="0"')), video(16, 16), true],
  [buildRule("", '<c:AudioFilter minChannels="2" maxChannels="5"/>'), audio(1), false],
  [buildRule("", '<c:AudioFilter minChannels="2" maxChannels="5"/>'), audio(2), true],
  [buildRule("", '<c:AudioFilter minChannels="2" maxChannels="5"/>'), audio(5), true],
  [buildRule("", '<c:AudioFilter minChannels="2" maxChannels="5"/>'), audio(6), false],
];

for (const [rule, rendition, isMatch] of matches) {
  const subject = JSON.stringify(rendition.description);
  Deno.test(`assignKeys() ${isMatch ? "matches" : "does not match"} ${rule} with ${subject} ${rendition.frameRate}`, () => {
    const run = () => assignKeys(readRules(rule), [rendition]).get(rendition.name);
    if (isMatch) return assertEquals(run(), KID);
    const error = assertThrows(run, KeysError);
    assertEquals([error.code, error.message], [
      "KEYS_INVALID",
      `Cannot find the key of rendition '${rendition.name}': no usage rule matches it`,
    ]);
  });
}

Deno.test("assignKeys() gives each rendition its key, and images none", () => {
  const rules = buildRule('intendedTrackType="AUDIO"', "<c:AudioFilter/>") +
    buildRule('intendedTrackType="VIDEO"', filter(""), OTHER);
  const image = { name: "image", description: { ...IMAGE } };
  const keys = assignKeys(readRules(rules), [audio(2), video(16, 16), image]);
  assertEquals([...keys], [["audio", KID], ["video", OTHER]]);
});

const IMAGE = { type: "image", codec: "jpeg", width: 16, height: 16 } as const;

Deno.test("assignKeys() rejects a rendition that rules of two keys match", () => {
  const rules = readRules(
    buildRule('intendedTrackType="ALL"') + buildRule('intendedTrackType="HD"', filter(""), OTHER),
  );
  assertEquals(assignKeys(rules, [audio(2)]).get("audio"), KID);
  const error = assertThrows(() => assignKeys(rules, [audio(2), video(16, 16)]), KeysError);
  assertEquals(
    error.message,
    `Cannot find the key of rendition 'video': usage rules of KIDs ${KID} and ${OTHER} match it`,
  );
});

/** A key of two types of tracks has a rule for each (CPIX, LabelFilter). */
Deno.test("assignKeys() allows two rules of one key", () => {
  const rules = buildRule('intendedTrackType="ALL"') + buildRule('intendedTrackType="AUDIO"');
  assertEquals(assignKeys(readRules(rules), [audio(2)]).get("audio"), KID);
});

Deno.test("assignKeys() rejects rules on a frame rate that is unknown", () => {
  const rules = readRules(buildRule("", filter('maxFps="30"')));
  assertThrows(() => assignKeys(rules, [video(16, 16)]), KeysError, "its frame rate is unknown");
});

const invalid: [rule: string, message: string][] = [
  [
    buildRule("", "<c:BitrateFilter maxBitrate='1'/>"),
    "Cannot use BitrateFilter in line 5: not supported",
  ],
  [buildRule("", "<c:LabelFilter label='a'/>"), "Cannot use LabelFilter in line 5: not supported"],
  [
    buildRule("", filter("") + "<secret xmlns='urn:x'/>"),
    "Cannot use an element in line 5: not supported",
  ],
  [buildRule("", filter("") + "<c:secret/>"), "Cannot use an element in line 5: not supported"],
  [
    buildRule("", filter('secret="1"')),
    "Cannot use an attribute of VideoFilter in line 5: not supported",
  ],
  [buildRule("", filter('wcg="true"')), "Cannot use wcg of VideoFilter in line 5: not supported"],
  [buildRule("", "<c:AudioFilter minPixels='1'/>"), "Cannot use minPixels of AudioFilter"],
  [
    buildRule("", filter('minPixels="1.5"')),
    "Cannot use minPixels of VideoFilter in line 5: expected an integer",
  ],
  [buildRule("", filter('maxPixels="-1"')), "expected an integer"],
  [
    buildRule("", filter('hdr="yes"')),
    "Cannot use hdr of VideoFilter in line 5: expected true or false",
  ],
  [buildRule(""), "expected a filter, or intendedTrackType ALL, AUDIO or VIDEO"],
  [
    buildRule('intendedTrackType="HD"'),
    "expected a filter, or intendedTrackType ALL, AUDIO or VIDEO",
  ],
  [buildRule('intendedTrackType="audio"'), "expected a filter, or intendedTrackType"],
  [
    buildRule('intendedTrackType="VIDEO"', filter("") + "<c:AudioFilter/>"),
    "only intendedTrackType ALL can have filters of audio and of video",
  ],
  ["<c:ContentKeyUsageRule intendedTrackType='ALL'/>", "Cannot use kid of ContentKeyUsageRule"],
];

for (const [rule, message] of invalid) {
  Deno.test(`readUsageRules() rejects ${rule}`, () => {
    assertEquals(assertThrows(() => readRules(rule), KeysError, message).code, "KEYS_INVALID");
  });
}
