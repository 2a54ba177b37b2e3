/** Files that an asset needs have its access policy: a token for it must not open files for which it is not meant. */

import { RequestError } from "../errors.ts";

/** Returns whether access to two files, which are relative to the document root, has the same policy. */
export type HaveSamePolicy = (file: string, other: string) => boolean;

/** An asset that needs a file whose access policy is another one. */
export class OtherPolicyError extends RequestError {
  /** For the operator: clients do not learn the name of the file. */
  readonly warning: string;

  constructor(asset: string, file: string) {
    super(
      "TOKEN_PATH",
      `Cannot serve '/${asset}': the policy of a file that it needs is another one`,
    );
    this.warning = `Cannot be served: the policy of '/${file}' is another one`;
  }
}
