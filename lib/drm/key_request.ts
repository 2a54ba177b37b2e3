/** Requests to SPEKE v2 key servers, which are CPIX documents without keys, and their responses. */

import type { CommonEncryptionScheme } from "../mp4/protection.ts";
import { xml, type XmlElement } from "../xml.ts";
import { getConstantIv } from "./content_key.ts";
import { type CpixDocument, parseCpix, requireKeys } from "./cpix.ts";
import type { SpekeVersion } from "./key_file.ts";
import { type KeyLabel, MAX_PIXELS } from "./key_label.ts";
import { invalidKeys } from "./keys_error.ts";
import { type DrmSystemName, SYSTEM_IDS } from "./system_id.ts";

export interface KeyRequest {
  readonly content: string;
  readonly scheme: CommonEncryptionScheme;
  /** Labels of one `--key-per`; two may have one KID. */
  readonly kids: Readonly<Partial<Record<KeyLabel, string>>>;
  readonly systems: readonly DrmSystemName[];
  readonly version: SpekeVersion;
}

const CPIX_VERSIONS: Readonly<Record<SpekeVersion, string>> = { "2.0": "2.3", "2.1": "2.4" };

/** The second `playlist` of HLSSignalingData, which version 2.4 renames. */
const MULTIVARIANT: Readonly<Record<SpekeVersion, string>> = {
  "2.0": "master",
  "2.1": "multiVariant",
};

/** NCName, of which xs:ID is a subset of content IDs. */
const XML_ID = /^[A-Za-z_][\w.-]*$/;

/** Filters of the encryption contract (SPEKE API v2, "Encryption contract"). */
const FILTERS: Readonly<Record<KeyLabel, XmlElement>> = {
  all: { "cpix:VideoFilter": {}, "cpix:AudioFilter": {} },
  audio: { "cpix:AudioFilter": {} },
  video: { "cpix:VideoFilter": {} },
  sd: { "cpix:VideoFilter": { "@maxPixels": MAX_PIXELS.sd } },
  hd: { "cpix:VideoFilter": { "@minPixels": MAX_PIXELS.sd + 1, "@maxPixels": MAX_PIXELS.hd } },
  uhd: { "cpix:VideoFilter": { "@minPixels": MAX_PIXELS.hd + 1 } },
};

/** Formats the body of a request (SPEKE API v2, "Standard payload components"). */
export function formatKeyRequest(request: KeyRequest): string {
  const labels = groupLabels(request.kids);
  const kids = [...labels.keys()];
  const systems = kids.flatMap((kid) => formatSystems(kid, request));
  const id = XML_ID.test(request.content) ? request.content : undefined;
  return xml({
    "cpix:CPIX": {
      "@id": id,
      "@contentId": request.content,
      "@version": CPIX_VERSIONS[request.version],
      "@xmlns:cpix": "urn:dashif:org:cpix",
      "@xmlns:pskc": "urn:ietf:params:xml:ns:keyprov:pskc",
      "cpix:ContentKeyList": {
        "cpix:ContentKey": kids.map((kid) => formatContentKey(kid, request)),
      },
      ...systems.length > 0 && { "cpix:DRMSystemList": { "cpix:DRMSystem": systems } },
      "cpix:ContentKeyUsageRuleList": {
        "cpix:ContentKeyUsageRule": [...labels].map(([kid, names]) => formatRule(kid, names)),
      },
    },
  });
}

function groupLabels(kids: KeyRequest["kids"]): Map<string, KeyLabel[]> {
  const groups = new Map<string, KeyLabel[]>();
  for (const [label, kid] of Object.entries(kids)) {
    groups.set(kid, [...groups.get(kid) ?? [], label as KeyLabel]);
  }
  return groups;
}

function formatContentKey(kid: string, { scheme }: KeyRequest): XmlElement {
  return {
    "@kid": kid,
    "@explicitIV": scheme === "cbcs" ? getConstantIv({ kid }).toBase64() : undefined,
    "@commonEncryptionScheme": scheme,
  };
}

/** ClearKey needs no key server, and FairPlay has `cbcs` alone. */
function formatSystems(kid: string, { systems, scheme, version }: KeyRequest): XmlElement[] {
  const playlists = ["media", MULTIVARIANT[version]].map((it) => ({ "@playlist": it }));
  const requested = systems.filter((system) =>
    system !== "clearkey" && (system !== "fairplay" || scheme === "cbcs")
  );
  return requested.map((system) => {
    const isSmooth = system === "playready" && scheme === "cenc";
    return {
      "@kid": kid,
      "@systemId": SYSTEM_IDS[system],
      ...system !== "fairplay" && { "cpix:PSSH": {}, "cpix:ContentProtectionData": {} },
      "cpix:HLSSignalingData": playlists,
      ...isSmooth && { "cpix:SmoothStreamingProtectionHeaderData": {} },
    };
  });
}

/** Labels of one KID are joined with "+", each with its filter. */
function formatRule(kid: string, labels: readonly KeyLabel[]): XmlElement {
  const filters = labels.map((label) => FILTERS[label]);
  const collect = (name: string) => filters.map((it) => it[name]).filter((it) => it !== undefined);
  const [video, audio] = [collect("cpix:VideoFilter"), collect("cpix:AudioFilter")];
  return {
    "@kid": kid,
    "@intendedTrackType": labels.map((label) => label.toUpperCase()).join("+"),
    ...video.length > 0 && { "cpix:VideoFilter": video as XmlElement[] },
    ...audio.length > 0 && { "cpix:AudioFilter": audio as XmlElement[] },
  };
}

/**
 * Reads the response to a request. Keys of other KIDs are ignored.
 *
 * @throws KeysError `KEYS_INVALID` if the response is of other content, or lacks a key
 */
export function readKeyResponse(text: string, { content, scheme, kids }: KeyRequest): CpixDocument {
  const requested = new Set(Object.values(kids));
  const document = parseCpix(text, { scheme, kids: requested });
  if (document.contentId !== undefined && document.contentId !== content) {
    throw invalidKeys(
      "Cannot use a CPIX document of other content: expected the contentId requested",
    );
  }
  requireKeys(document, requested, "KEYS_INVALID");
  return document;
}
