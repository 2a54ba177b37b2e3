import type { IpNetwork } from "../ip/address.ts";
import type { TokenKind } from "./auth_file.ts";

/** The content of a token whose signature is valid. */
export interface VerifiedToken {
  readonly kind: TokenKind;
  /** Name of its key in the auth file. */
  readonly key: string;
  /** In seconds since 1970. */
  readonly notBefore: number;
  /** In seconds since 1970: invalid from then on. */
  readonly expires: number;
  /**
   * Returns whether the token opens a decoded path, or everything below it; absent: all paths of its policies. May return false
   * for what is below a path where only a comparison of patterns would show that all of it is open.
   */
  readonly covers?: (path: string, isBelow?: boolean) => boolean;
  /** Addresses of clients; absent: any. */
  readonly networks?: readonly IpNetwork[];
  readonly iss?: string;
  readonly aud?: readonly string[];
}
