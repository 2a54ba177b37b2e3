import type { ProtectionOptions } from "../../protected_presentations.ts";
import { GENERATORS } from "../../../lib/verify/generators.ts";
import { type Change, replace, testMutations } from "../manifest_mutations.ts";

const FILES = ["ladder-avc-240p.mp4", "ladder-aac-eng.mp4"];

const CENC: ProtectionOptions = { scheme: "cenc" };

const change = (change: Change) => () => ({
  smoothManifest: (...args: Parameters<typeof GENERATORS.smoothManifest>) =>
    change(GENERATORS.smoothManifest(...args)),
});

testMutations("Smooth manifest", [
  ["no ProtectionHeader", replace(/<Protection>[^]*<\/Protection>/, ""), "key line"],
  [
    "two ProtectionHeaders",
    replace(/(<ProtectionHeader [^]*<\/ProtectionHeader>)/, "$1$1"),
    "key line",
  ],
  ["another SystemID", replace('SystemID="9A04', 'SystemID="9A05'), "key line"],
  ["a truncated object", replace(/>BgIAAAEA/, ">BgIA"), "key line"],
  [
    "a PlayReady object of another KID",
    (text) => {
      const [, object] = /<ProtectionHeader [^>]*>([^<]*)/.exec(text)!;
      const bytes = Uint8Array.fromBase64(object!);
      const header = new TextDecoder("utf-16le").decode(bytes.subarray(10));
      const at = 10 + 2 * (header.indexOf("<KID>") + 5);
      bytes[at]!++;
      return text.replace(object!, bytes.toBase64());
    },
    "key line",
  ],
], { files: FILES, change, protection: CENC });

testMutations("Smooth manifest", [
  [
    "a ProtectionHeader of clear media",
    replace(
      "<StreamIndex",
      '<Protection><ProtectionHeader SystemID="9A04F079-9840-4286-AB92-E65BE0885F95">AA==</ProtectionHeader></Protection><StreamIndex',
    ),
    "key line",
  ],
], { files: FILES, change });
