import { assertEquals, assertThrows } from "@std/assert";
import { parseContentProtection } from "../../lib/drm/content_protection.ts";
import { DASH_NAMESPACES } from "../../lib/drm/dash_namespaces.ts";
import { KeysError } from "../../lib/errors.ts";
import { xml, type XmlElement } from "../../lib/xml.ts";

const CENC = "urn:mpeg:cenc:2013";

const cases: [text: string, element: XmlElement][] = [
  [`<pssh xmlns="${CENC}">AAAA</pssh>`, { "cenc:pssh": [{ "#text": "AAAA" }] }],
  [
    `<?xml version="1.0"?>\n<cenc:pssh xmlns:cenc="${CENC}">AAAA</cenc:pssh>\n`,
    { "cenc:pssh": [{ "#text": "AAAA" }] },
  ],
  [
    `<a:pssh xmlns:a="${CENC}">A</a:pssh><pro xmlns="urn:microsoft:playready">B</pro>`,
    {
      "cenc:pssh": [{ "#text": "A" }],
      "mspr:pro": [{ "#text": "B" }],
    },
  ],
  [
    `<a xmlns="urn:a" x="1&amp;&quot;2">\n <b/>\n <b y="2">c &lt; d</b><e xmlns="urn:e"/>\n</a>`,
    {
      a: [{
        "@xmlns": "urn:a",
        "@x": '1&"2',
        b: [{}, { "@y": "2", "#text": "c < d" }],
        e: [{ "@xmlns": "urn:e" }],
      }],
    },
  ],
  [
    `<l:Laurl xmlns:l="https://dashif.org/CPS" licenseType="x">u<!-- --></l:Laurl>`,
    { "dashif:Laurl": [{ "@licenseType": "x", "#text": "u" }] },
  ],
  [
    `<pro xmlns="urn:microsoft:playready"><b/><a xmlns="urn:a"><c xmlns="${CENC}"/></a></pro>`,
    { "mspr:pro": [{ "mspr:b": [{}], a: [{ "@xmlns": "urn:a", "cenc:c": [{}] }] }] },
  ],
];

for (const [text, element] of cases) {
  Deno.test(`parseContentProtection() reads ${text}`, () => {
    assertEquals(parseContentProtection(text), element);
  });
}

Deno.test("parseContentProtection() reads what the writer wrote of it", () => {
  for (const [text] of cases) {
    const element = parseContentProtection(text);
    const prefixes = Object.entries(DASH_NAMESPACES).map(([prefix, namespace]) =>
      [`@xmlns:${prefix}`, namespace] as const
    );
    const written = xml({
      a: { "@xmlns": "urn:root", ...Object.fromEntries(prefixes), ...element },
    });
    const [read] = parseContentProtection(written)["a"] as XmlElement[];
    assertEquals(read, { "@xmlns": "urn:root", ...element });
  }
});

const invalid: [text: string, message: string][] = [
  ["AAAA", "expected elements alone"],
  ["<pssh>AAAA</pssh>", "expected elements with a namespace other than that of the MPD"],
  ["<cenc:pssh>AAAA</cenc:pssh>", "expected elements with a namespace"],
  ['<Period xmlns="urn:mpeg:dash:schema:mpd:2011"/>', "expected elements with a namespace"],
  [
    '<a xmlns="urn:a"><Period xmlns="urn:mpeg:dash:schema:mpd:2011"/></a>',
    "other than that of the MPD",
  ],
  ['<a xmlns="urn:a"><b xmlns=""/></a>', "expected elements with a namespace"],
  ['<a xmlns="urn:a" xmlns:b="urn:b" b:c="1"/>', "attributes with a prefix are not supported"],
  ['<a xmlns="urn:a">b<c/></a>', "text between elements is not supported"],
  ['<a xmlns="urn:a"/></fragment><fragment>', "Cannot read line 1 of ContentProtectionData as XML"],
  ['<a xmlns="urn:a"/></ContentProtection><Period/>', "as XML"],
  ['<!DOCTYPE a><a xmlns="urn:a"/>', "a document type is not supported"],
  ['<a xmlns="urn:a">\uE0000\uE000</a>', "private-use characters are not supported"],
  ['<@a xmlns="urn:a"/>', "expected names in ASCII"],
  ['<#text xmlns="urn:a"/>', "expected names in ASCII"],
  ['<__proto__ xmlns="urn:a"/>', "expected names in ASCII"],
  ['<a xmlns="urn:a" @b="1"/>', "attributes with a prefix"],
  ['<a xmlns="urn:a"', "as XML"],
];

for (const [text, message] of invalid) {
  Deno.test(`parseContentProtection() rejects ${JSON.stringify(text)}`, () => {
    const error = assertThrows(() => parseContentProtection(text), KeysError, message);
    assertEquals(error.code, "KEYS_INVALID");
  });
}
