/** Verifies what AMS builds of protected presentations. */

import { assertEquals } from "@std/assert";
import type { EncryptionScheme } from "../../lib/drm/encryption_scheme.ts";
import { verify } from "../../lib/verify/verification.ts";
import { openProtected } from "../protected_presentations.ts";
import { MEDIA } from "../sample_presentations.ts";

const SCHEMES: readonly EncryptionScheme[] = ["cenc", "cbcs", "aes-128"];

for (const scheme of SCHEMES) {
  for (const file of MEDIA) {
    Deno.test(`verify() finds no difference in ${file}, protected with ${scheme}`, async () => {
      const presentation = await openProtected([file], { scheme, servesKeys: true });
      try {
        assertEquals((await verify(presentation)).differences, []);
      } finally {
        presentation.close();
      }
    });
  }
}
