/** Policies by path. */

import { toCanonicalPath } from "../url/path.ts";
import type { AuthPolicy } from "./auth_file.ts";

/** Finds the policy with the longest path that covers another one. */
export class PolicyIndex {
  readonly #policies: ReadonlyMap<string, AuthPolicy>;
  readonly #ignoresCase: boolean;

  /** @param ignoresCase paths that differ in case only are the same file */
  constructor(policies: readonly AuthPolicy[], ignoresCase: boolean) {
    this.#ignoresCase = ignoresCase;
    this.#policies = new Map(policies.map((policy) => [this.#toKey(policy.path), policy]));
  }

  /** @param path decoded, with a slash at its start */
  find(path: string): AuthPolicy | undefined {
    let key = this.#toKey(path);
    while (true) {
      const policy = this.#policies.get(key);
      if (policy || key === "") return policy;
      key = key.slice(0, key.lastIndexOf("/"));
    }
  }

  /** Returns whether any path below a directory has another policy. */
  hasBelow(path: string): boolean {
    const prefix = `${this.#toKey(path)}/`;
    return this.#policies.keys().some((key) => key.startsWith(prefix));
  }

  #toKey(path: string): string {
    const key = toCanonicalPath(path).replace(/\/$/, "");
    return this.#ignoresCase ? key.normalize("NFC").toLowerCase() : key;
  }
}

/** Returns whether `path` is `prefix`, or below it: both consist of whole segments. */
export function isCoveredBy(path: string, prefix: string): boolean {
  const end = prefix.endsWith("/") ? prefix.slice(0, -1) : prefix;
  return path.startsWith(end) && (path.length === end.length || path[end.length] === "/");
}
