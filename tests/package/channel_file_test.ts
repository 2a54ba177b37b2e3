import { Ajv2020 } from "ajv/2020";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { MediaError } from "../../lib/errors.ts";
import {
  CHANNEL_KEYS,
  formatChannelFile,
  isChannelFile,
  parseChannelFile,
} from "../../lib/package/channel_file.ts";
import published from "../../lib/package/channel_file.schema.json" with { type: "json" };

type Json = Record<string, unknown>;

const DIGEST = `sha256:${"0f".repeat(32)}`;
const KEY = "s3cret-s3cret-s3cret";

const parse = (live: unknown) => parseChannelFile(JSON.stringify({ ams: 1, live }));

Deno.test("parseChannelFile() fills in the defaults", () => {
  assertEquals(parse({}), {
    segmentDuration: 4,
    window: 3600,
    keep: "window",
    reconnect: 60,
    publishers: [],
    tracks: new Map(),
    clearKeys: [],
  });
});

/** A channel with every key. */
const LIVE: Json = {
  label: "News",
  segmentDuration: 2,
  window: 7200,
  keep: 86_400,
  reconnect: "always",
  publishers: [{ name: "main", key: DIGEST }, { name: "backup", key: KEY }],
  tracks: {
    "feed-audio": { language: "fra", label: "Français", role: "main", default: true },
    "feed-video": { captions: [{ channel: "CC1", language: "eng" }] },
    "feed-audio-2": { skip: true },
  },
};

Deno.test("parseChannelFile() reads every key", () => {
  const { tracks, clearKeys, ...channel } = parse(LIVE);
  const { tracks: _, ...expected } = LIVE;
  assertEquals<unknown>(channel, expected);
  assertEquals(clearKeys, ["backup"]);
  assertEquals(Object.fromEntries(tracks), {
    "feed-audio": { language: "fr", label: "Français", role: "main", default: true },
    "feed-video": { captions: [{ channel: "CC1", language: "en" }] },
    "feed-audio-2": { skip: true },
  });
  assertEquals(Object.keys(published.$defs.live.properties), [...CHANNEL_KEYS]);
});

Deno.test("parseChannelFile() reads what formatChannelFile() wrote, which has no defaults", () => {
  const { tracks: _, ...settings } = parse({ ...LIVE, tracks: {} });
  const { clearKeys: __, ...written } = settings;
  assertEquals(parseChannelFile(formatChannelFile(written)), { ...settings, tracks: new Map() });
  const { publishers } = settings;
  const text = formatChannelFile({ segmentDuration: 4, window: 3600, keep: "window", publishers });
  assertEquals(Object.keys(JSON.parse(text).live), ["publishers"]);
});

Deno.test("isChannelFile() finds a live key", () => {
  assertEquals([{ live: 1 }, { ams: 1, live: {} }].map(isChannelFile), [true, true]);
  assertEquals(
    [{}, { ams: 1, tracks: [] }, null, [], "live", 1].map(isChannelFile),
    Array(6).fill(false),
  );
});

const ERRORS: [text: string, message: string][] = [
  ["", "Cannot read line 1, column 1: expected JSON"],
  [
    '{\n "ams": 1, "live": {"publishers": [s3cret]}}',
    "Cannot read line 2, column 36: expected JSON",
  ],
  ["[]", "Cannot use this value: expected an object"],
  ['{"ams": 2, "live": {"later": 1}}', "ams: Cannot read this version, expected 1"],
  [
    '{"ams": 1, "live": {}, "protection": {}}',
    "protection: Cannot use this key: expected one of ams, live",
  ],
  ['{"ams": 1, "live": 1}', "live: Cannot use this value: expected an object"],
  ['{"live": {}}', "ams: Cannot find this key"],
];

const LIVE_ERRORS: [live: Json, message: string][] = [
  [
    { windw: 1 },
    "windw: Cannot use this key: expected one of label, segmentDuration, window, keep, reconnect, publishers, tracks",
  ],
  [
    { segmentDuration: 0.5 },
    "segmentDuration: Cannot use this value: expected seconds from 1 to 30",
  ],
  [
    { window: "none" },
    'window: Cannot use this value: expected seconds from 1 to 315360000, or "all"',
  ],
  [
    { keep: 0 },
    'keep: Cannot use this value: expected seconds from 1 to 315360000, or "window" or "all"',
  ],
  [{ keep: 3599 }, 'keep: Cannot use this value: expected at least window, or "window" or "all"'],
  [
    { window: "all", keep: 1e6 },
    'keep: Cannot use this value: expected at least window, or "window" or "all"',
  ],
  [
    { reconnect: -1 },
    'reconnect: Cannot use this value: expected seconds from 0 to 315360000, or "always"',
  ],
  [
    { publishers: "anybody" },
    "publishers: Cannot use this value: expected loopback, or a list of publishers",
  ],
  [
    { publishers: [{ name: "a", key: "s3cret" }] },
    "publishers[0].key: Cannot use this value: expected sha256: and 64 digits 0-9a-f, or a key of 16 to 200 of A-Z a-z 0-9 _ and -",
  ],
  [{ publishers: [{ name: "a" }] }, "publishers[0].key: Cannot find this key"],
  [
    { publishers: [{ name: "a", key: KEY }, { name: "a", key: DIGEST }] },
    "publishers: Cannot use this value: expected publishers with different names",
  ],
  [
    { tracks: { "feed/audio": {} } },
    'tracks["feed/audio"]: Cannot use this name: expected the name of a track',
  ],
  [
    { tracks: { a: { role: "lead" } } },
    "tracks.a.role: Cannot use this value: expected one of main, alternate",
  ],
  [{
    tracks: {
      a: { captions: [{ channel: "CC1", language: "en" }, { channel: "CC1", language: "fr" }] },
    },
  }, "tracks.a: Cannot use this value: expected captions with different channels"],
];

const ALL_ERRORS = [
  ...ERRORS,
  ...LIVE_ERRORS.map((
    [live, message],
  ): [string, string] => [JSON.stringify({ ams: 1, live }), `live.${message}`]),
];

for (const [text, message] of ALL_ERRORS) {
  Deno.test(`parseChannelFile() rejects a file: ${message}`, () => {
    const error = assertThrows(() => parseChannelFile(text), MediaError);
    assertEquals(
      [error.message.startsWith(message), error.code],
      [true, "PACKAGE_INVALID"],
      error.message,
    );
    assertEquals(error.message.includes("s3cret"), false);
  });
}

const isValid = new Ajv2020({ strictTypes: false }).compile(published);

function parses(live: Json): boolean {
  try {
    parse(live);
    return true;
  } catch (error) {
    assert(error instanceof MediaError);
    return false;
  }
}

/** Valid and invalid values of all keys, mostly at limits. */
// deno-fmt-ignore
const VALUES: unknown[] = [
  null, true, false, {}, [], -1, 0, 0.9, 1, 1.5, 4, 30, 30.5, 3600, 315360000, 315360001, "", "all", "window", "always", "loopback", "a", "a\nb",
  [{}], [{ name: "a", key: DIGEST }], [{ name: "a", key: KEY }], [{ name: "a b", key: KEY }], [{ name: "a", key: KEY.slice(0, 15) }],
  [{ name: "a", key: DIGEST.toUpperCase() }], [{ name: "a", key: `${DIGEST}0` }], [{ name: "a", key: KEY, x: 1 }], [{ key: KEY }],
  { a: {} }, { "a b": {} }, { constructor: {} }, { a: 1 }, { a: { skip: 1 } }, { a: { skip: true } }, { a: { language: "x" } }, { a: { language: "fra" } },
  { a: { role: "forced-subtitle" } }, { a: { role: "lead" } }, { a: { default: 1 } }, { a: { label: "" } }, { a: { file: "a" } },
  { a: { captions: [{ channel: "CC1", language: "en" }] } }, { a: { captions: [] } }, { a: { captions: [{ channel: "CC9", language: "en" }] } },
];

for (const key of Object.keys(LIVE)) {
  Deno.test(`channel_file.schema.json and parseChannelFile() agree on every value of ${key}`, () => {
    for (const value of VALUES) {
      const live = { window: 1, keep: "all", [key]: value };
      assertEquals(isValid({ ams: 1, live }), parses(live), JSON.stringify(live));
    }
  });
}

Deno.test("channel_file.schema.json accepts a channel with every key, and no others", () => {
  assertEquals(isValid({ ams: 1, live: LIVE }), true);
  for (
    const document of [{ ams: 1 }, { live: {} }, { ams: 2, live: {} }, { ams: 1, live: { x: 1 } }, {
      ams: 1,
      live: {},
      x: 1,
    }]
  ) {
    assertEquals(isValid(document), false, JSON.stringify(document));
  }
});
