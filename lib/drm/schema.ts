/** Schema of key files. A test compares it with schema.json. No message contains a value. */

import * as v from "valibot";
import { isJsonObject, jsonObject, jsonRecord, jsonText } from "../json_object.ts";
import { decodeBase64 } from "./base64.ts";
import { KEY_SEED_SIZE } from "./content_key.ts";
import { KEY_SOURCE_NAME } from "./key_id.ts";
import { Secret } from "./secret.ts";
import { DRM_SYSTEMS } from "./system_id.ts";

export const KEY_FILE_VERSION = 1;

/** A source has exactly one of these keys. */
export const KEY_SOURCE_KINDS = ["seed", "keys", "cpix", "speke"] as const;

const KINDS_MESSAGE = `expected exactly one of ${KEY_SOURCE_KINDS.join(", ")}`;

/** No placeholder, since the hosts are part of the sandbox. Loopback may do without TLS, as `ams` behind a proxy does. */
const KEY_SERVER = [
  String.raw`(?:https:\/\/(?:[\w.~%!$&'()*+,;=:-]*@)?(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])`,
  String.raw`|http:\/\/(?:127\.0\.0\.1|localhost|\[::1\]))(?::[0-9]{1,5})?(?=[\/?#]|$)`,
].join("");

const DOCUMENT_CHARACTERS = String.raw`(?:[!-z|~]|\{(?:content|kid)\})*`;

// deno-lint-ignore no-control-regex -- operating systems end paths at NUL
const PATH = /^[^\u0000]+$/;

const DOCUMENT_PATH = String
  .raw`(?![A-Za-z][A-Za-z0-9+.-]*:)(?:[^\u0000{}]|\{(?:content|kid)\})+`;

const DOCUMENT = new RegExp(`^(?:${KEY_SERVER}${DOCUMENT_CHARACTERS}|${DOCUMENT_PATH})$`);

const SPEKE_URL = new RegExp(`^${KEY_SERVER}[!-z|~]*$`);

/** Safe in an attribute of XML and in a quoted string of HLS. */
const TEMPLATE_CHARACTERS = String.raw`(?:[!#-;=?-z|~]|\{(?:content|kid|package)\})+`;

const WEB_URL = new RegExp(String.raw`^https?:\/\/(?![\/?#])${TEMPLATE_CHARACTERS}$`);

const FAIRPLAY_URL = new RegExp(String.raw`^(?:skd|https):\/\/(?![\/?#])${TEMPLATE_CHARACTERS}$`);

const SYSTEMS_MESSAGE = `expected a list of ${DRM_SYSTEMS.join(", ")}, each once`;

const SYSTEMS = v.pipe(
  v.array(v.picklist(DRM_SYSTEMS, `expected one of ${DRM_SYSTEMS.join(", ")}`), SYSTEMS_MESSAGE),
  v.check((systems) => new Set(systems).size === systems.length, SYSTEMS_MESSAGE),
);

const COMMON_ENTRIES = {
  systems: v.exactOptional(SYSTEMS),
  licences: v.exactOptional(jsonObject({
    widevine: v.exactOptional(template(WEB_URL, "http: or https:")),
    playready: v.exactOptional(template(WEB_URL, "http: or https:")),
    fairplay: v.exactOptional(template(FAIRPLAY_URL, "skd: or https:")),
    clearkey: v.exactOptional(template(WEB_URL, "http: or https:")),
    "aes-128": v.exactOptional(template(WEB_URL, "http: or https:")),
  })),
};

const REMOTE_ENTRIES = {
  headers: v.exactOptional(jsonRecord(
    jsonText(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$/, "expected the name of a header"),
    secret(jsonText(/^[!-~](?:[ -~]*[!-~])?$/, "expected printable ASCII characters")), // RFC 9110 §5.5
    50,
  )),
  timeout: v.exactOptional(seconds(0.1, 300)),
  keep: v.exactOptional(seconds(1, 31_536_000)),
  ca: v.exactOptional(secret(jsonText(PATH, "expected a path"))),
  certificate: v.exactOptional(jsonObject({
    cert: secret(jsonText(PATH, "expected a path")),
    key: secret(jsonText(PATH, "expected a path")),
  })),
};

const HEX_BLOCK = v.pipe(
  jsonText(/^[0-9A-Fa-f]{32}$/, "expected 32 hexadecimal digits"),
  v.transform((digits): Uint8Array => Uint8Array.fromHex(digits)),
);

const KEY = jsonObject({ key: secret(HEX_BLOCK), iv: v.exactOptional(HEX_BLOCK) });

/** Padded, with zeros in the bits that are not used. */
const SEED =
  /^(?:[A-Za-z0-9+/]{4}){10,1000}(?:[A-Za-z0-9+/][AQgw]==|[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048]=)?$/;

const SOURCES = {
  seed: jsonObject({
    seed: secret(v.pipe(
      jsonText(SEED, `expected base64 of at least ${KEY_SEED_SIZE} bytes`),
      v.transform((base64): Uint8Array => decodeBase64(base64)!),
    )),
    ...COMMON_ENTRIES,
  }),
  keys: jsonObject({
    keys: jsonRecord(
      jsonText(
        /^[0-9A-Fa-f]{8}(?:[0-9A-Fa-f]{24}|(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12})$/,
        "expected a KID: a UUID, or 32 hexadecimal digits",
      ),
      KEY,
      10_000,
    ),
    ...COMMON_ENTRIES,
  }),
  cpix: jsonObject({
    cpix: secret(
      jsonText(DOCUMENT, "expected a path or an https URL, which may contain {content} and {kid}"),
    ),
    ...COMMON_ENTRIES,
    ...REMOTE_ENTRIES,
  }),
  speke: jsonObject({
    speke: secret(jsonText(SPEKE_URL, "expected an https URL")),
    version: v.exactOptional(v.picklist(["2.0", "2.1"], "expected 2.0 or 2.1")),
    ...COMMON_ENTRIES,
    systems: SYSTEMS,
    ...REMOTE_ENTRIES,
  }),
};

type SourceSchema = typeof SOURCES[keyof typeof SOURCES];

const NO_KIND = v.custom<never>(() => false, KINDS_MESSAGE);

export const KEY_FILE_SCHEMA = jsonObject({
  ams: v.literal(KEY_FILE_VERSION, `expected ${KEY_FILE_VERSION}`),
  sources: jsonRecord(
    jsonText(KEY_SOURCE_NAME, "expected a name of at most 40 of a-z, 0-9 and -"),
    v.lazy(chooseSource),
    100,
  ),
});

export type KeySourceEntry = v.InferOutput<typeof KEY_FILE_SCHEMA>["sources"][string];

function chooseSource(input: unknown): SourceSchema | typeof NO_KIND {
  if (!isJsonObject(input)) return SOURCES.seed; // which reports it
  const [kind, ...others] = KEY_SOURCE_KINDS.filter((key) => Object.hasOwn(input, key));
  return kind === undefined || others.length > 0 ? NO_KIND : SOURCES[kind];
}

function template(pattern: RegExp, schemes: string) {
  return jsonText(
    pattern,
    `expected a URL of ${schemes}, which may contain {content}, {kid} and {package}`,
  );
}

function secret<T extends Uint8Array | string>(
  schema: v.GenericSchema<string, T>,
): v.GenericSchema<string, Secret<T>> {
  return v.pipe(schema, v.transform((value) => new Secret(value)));
}

function seconds(min: number, max: number) {
  const message = `expected seconds from ${min} to ${max}`;
  return v.pipe(v.number(message), v.minValue(min, message), v.maxValue(max, message));
}
