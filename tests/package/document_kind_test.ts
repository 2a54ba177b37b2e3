import { assertEquals } from "@std/assert";
import { type DocumentKind, getDocumentKind } from "../../lib/package/document_kind.ts";

const kinds: [text: string, kind: DocumentKind][] = [
  ['{"ams": 1, "tracks": []}', "package"],
  ['\uFEFF{"ams": 2}', "package"],
  ['{"ams": 1, "live": {}}', "channel"],
  ['{"live": true}', "other"],
  ['{"title": "ams"}', "other"],
  ["[]", "other"],
  ["null", "other"],
  ["", "other"],
  ['{"id": 1', "other"],
  ['{"ams": 1, "tracks": [', "invalid"],
];

for (const [text, kind] of kinds) {
  Deno.test(`getDocumentKind() returns ${kind} for ${JSON.stringify(text)}`, () => {
    assertEquals(getDocumentKind(text), kind);
  });
}
