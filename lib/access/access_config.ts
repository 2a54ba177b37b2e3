import type { JWK } from "jose";
import type { AuthPolicy } from "./auth_file.ts";

/** What workers need of an auth file and the key sets that it names. */
export interface AccessConfig {
  readonly secrets: readonly { readonly name: string; readonly secret: Uint8Array }[];
  readonly sets: readonly AccessKeySet[];
  readonly policies: readonly AuthPolicy[];
  readonly default: "deny" | "open";
  readonly skew: number;
}

export interface AccessKeySet {
  readonly name: string;
  readonly keys: readonly JWK[];
  /** True for the set of a URL, which may have got another key. */
  readonly refreshable: boolean;
}
