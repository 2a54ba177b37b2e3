/** AES-128 test vectors (NIST SP 800-38A appendix F.1.1, F.2.1). */

import { hex } from "../codecs/entry.ts";

export const KEY = hex("2b7e151628aed2a6abf7158809cf4f3c");

export const IV = hex("000102030405060708090a0b0c0d0e0f");

export const PLAINTEXT = hex(`
  6bc1bee22e409f96e93d7e117393172a ae2d8a571e03ac9c9eb76fac45af8e51
  30c81c46a35ce411e5fbc1191a0a52ef f69f2445df4f9b17ad2b417be66c3710`);

export const ECB = hex(`
  3ad77bb40d7a3660a89ecaf32466ef97 f5d3d58503b9699de785895a96fdbaaf
  43b1cd7f598ece23881b00e3ed030688 7b0c785e27e8ad3f8223207104725dd4`);

export const CBC = hex(`
  7649abac8119b246cee98e9b12e9197d 5086cb9b507219ee95db113a917678b2
  73bed6b8e3c1743b7116e69e22229516 3ff1caa1681fac09120eca307586e1a7`);
