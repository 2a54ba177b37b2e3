/** Decides whether requests may see what they name, before any look at files. */

import { Cache } from "../cache.ts";
import { RequestError, type TokenCode, type TokenFault } from "../errors.ts";
import { type IpNetwork, isInNetworks, parseAddress } from "../ip/address.ts";
import { andThen, isPending } from "../maybe_async.ts";
import { splitPath, toCanonicalPath } from "../url/path.ts";
import type { AccessConfig } from "./access_config.ts";
import type { AuthPolicy } from "./auth_file.ts";
import { PolicyIndex } from "./policy_index.ts";
import {
  findToken,
  type FoundToken,
  removePathToken,
  type TokenParameter,
  type TokenRequest,
} from "./token_location.ts";
import { TokenTable, type TokenVerification } from "./token_table.ts";
import type { VerifiedToken } from "./verified_token.ts";

/** A request, with the address of its connection. */
export interface AccessRequest extends TokenRequest {
  readonly remoteAddress?: string;
}

/** What a request that is not rejected may do. */
export interface Admission {
  /** Clients may cache the response, but no shared cache. */
  readonly isPrivate: boolean;
  /** True if a token admits the request; false where no policy requires one. */
  readonly hasToken: boolean;
  /** Query parameter with the token, which manifests pass on. */
  readonly tokenParameter?: TokenParameter;
}

/** Outcome of a check. */
export type AccessResult = "accepted" | TokenFault;

export interface AccessOptions {
  readonly nowMs?: () => number;
  /** Paths that differ in case only are the same file; default: as on this system. */
  readonly ignoresCase?: boolean;
  /** Returns the address of the client; default: that of the connection. */
  readonly getClient?: (request: AccessRequest) => string | undefined;
  /** Called for each request that a policy with tokens covers. */
  readonly count?: (result: AccessResult) => void;
  /** Requests new key sets. Resolves when the configuration was updated, or will not be. */
  readonly refreshKeys?: () => Promise<void>;
}

const OPEN: Admission = { isPrivate: false, hasToken: false };
const PUBLIC: Admission = { isPrivate: false, hasToken: true };
const PRIVATE: Admission = { isPrivate: true, hasToken: true };

const PATHS_CAPACITY_BYTES = 2 ** 20;
const PATH_OVERHEAD_BYTES = 256;

type CheckResult = Admission | TokenCode;

interface CheckedToken {
  readonly request: AccessRequest;
  readonly located: LocatedPath;
  readonly found: FoundToken;
  readonly policy: AuthPolicy;
}

interface LocatedPath {
  /** Decoded. */
  readonly path: string;
  /** With `.json` for `.ism`. */
  readonly canonical: string;
  readonly policy: AuthPolicy | undefined;
  readonly isOpen: boolean;
}

export class AccessControl {
  readonly #options: AccessOptions;
  #config!: AccessConfig;
  #policies!: PolicyIndex;
  #paths!: Cache<LocatedPath>;
  #tokens!: TokenTable;

  constructor(config: AccessConfig, options: AccessOptions = {}) {
    this.#options = options;
    this.update(config);
  }

  /** Applies to requests from now on. Returns whether policies differ from those before. */
  update(config: AccessConfig): boolean {
    const isChanged = JSON.stringify(this.#config?.policies) !== JSON.stringify(config.policies);
    const ignoresCase = this.#options.ignoresCase ?? Deno.build.os !== "linux";
    this.#config = config;
    this.#policies = new PolicyIndex(config.policies, ignoresCase);
    this.#paths = new Cache(PATHS_CAPACITY_BYTES);
    this.#tokens = new TokenTable(config);
    return isChanged;
  }

  /**
   * Returns a promise only for a JWT that was not seen before.
   *
   * @throws RequestError `TOKEN_…`, `BAD_REQUEST` for a malformed path
   */
  admit(request: AccessRequest): Admission | Promise<Admission> {
    const located = this.#locate(removePathToken(request.rawPath));
    if (located.isOpen) return OPEN;
    const result = this.#check(request, located);
    return isPending(result)
      ? result.then((result) => this.#settle(result, request))
      : this.#settle(result, request);
  }

  /**
   * Returns whether a request may see a path too; its own path was admitted.
   *
   * @param path decoded, from the root, with a slash at its start
   */
  canSee(request: AccessRequest, path: string): boolean | Promise<boolean> {
    const located = this.#locateDecoded(path);
    if (located.isOpen) return true;
    return andThen(this.#check(request, located), (result) => typeof result !== "string");
  }

  /**
   * Returns whether a decision of `admit()` to admit a request is the same for all paths of a scope, so that a proxy need not
   * ask again.
   *
   * @param rawScope the path of the request without a token; or the beginning of it, up to a slash, for all paths below
   */
  admitsAll(request: AccessRequest, rawScope: string): boolean | Promise<boolean> {
    const rawPath = removePathToken(request.rawPath);
    if (!rawScope.endsWith("/")) return rawScope === rawPath;
    if (!rawPath.startsWith(rawScope)) return false;
    const { policy, canonical, isOpen } = this.#locate(rawPath);
    const directory = `/${splitPath(rawScope.slice(0, -1) || "/").join("/")}`;
    const isUniform = this.#policies.find(directory) === policy &&
      !this.#policies.hasBelow(directory) && !canonical.startsWith("/.ams/");
    if (!isUniform || isOpen) return isUniform;
    const found = findToken(request);
    if (!found || found === "repeated" || !policy) return false;
    return andThen(this.#tokens.verify(found, policy), (token) => {
      if (typeof token === "string") return false;
      const { covers } = token;
      return !covers || covers(directory, true) || covers(toCanonicalPath(directory), true);
    });
  }

  /** Returns whether an asset is served with a token only; its path is relative to the root. */
  requiresToken(file: string): boolean {
    return !this.#locateDecoded(`/${file}/`).isOpen;
  }

  /** Returns whether two files, relative to the root, have the same policy. */
  readonly haveSamePolicy = (file: string, other: string): boolean =>
    this.#policies.find(`/${file}`) === this.#policies.find(`/${other}`);

  #locate(rawPath: string): LocatedPath {
    const cached = this.#paths.get(rawPath);
    if (cached) return cached;
    const located = this.#locateDecoded(`/${splitPath(rawPath).join("/")}`);
    this.#paths.set(rawPath, located, PATH_OVERHEAD_BYTES + 6 * rawPath.length);
    return located;
  }

  #locateDecoded(path: string): LocatedPath {
    const canonical = toCanonicalPath(path);
    const policy = this.#policies.find(canonical);
    const isOpen = canonical.startsWith("/.ams/") ||
      (policy ? policy.tokens.length === 0 : this.#config.default === "open");
    return { path, canonical, policy, isOpen };
  }

  #check(request: AccessRequest, located: LocatedPath): CheckResult | Promise<CheckResult> {
    const found = findToken(request);
    if (!found) return "TOKEN_MISSING";
    if (!located.policy) return "TOKEN_PATH";
    if (found === "repeated") return "TOKEN_INVALID";
    const checked = { request, located, found, policy: located.policy };
    const token = this.#tokens.verify(found, located.policy);
    return isPending(token)
      ? token.then((token) =>
        token === "unknownKey" ? this.#retry(checked) : this.#judge(token, checked)
      )
      : this.#judge(token, checked);
  }

  async #retry(checked: CheckedToken): Promise<CheckResult> {
    await this.#options.refreshKeys?.();
    return this.#judge(await this.#tokens.verify(checked.found, checked.policy), checked);
  }

  #judge(token: TokenVerification, { request, located, found, policy }: CheckedToken): CheckResult {
    if (typeof token === "string" || !isIssuedFor(token, policy)) return "TOKEN_INVALID";
    const { path, canonical } = located;
    const now = (this.#options.nowMs ?? Date.now)() / 1000;
    if (now >= token.expires + this.#config.skew) return "TOKEN_EXPIRED";
    if (now < token.notBefore - this.#config.skew) return "TOKEN_NOT_YET";
    if (token.covers && !token.covers(path) && (path === canonical || !token.covers(canonical))) {
      return "TOKEN_PATH";
    }
    const isFromClient = token.networks
      ? isIn(this.#getClient(request), token.networks)
      : !policy.address;
    return isFromClient ? toAdmission(policy, found) : "TOKEN_ADDRESS";
  }

  #getClient(request: AccessRequest): string | undefined {
    const { getClient } = this.#options;
    return getClient ? getClient(request) : request.remoteAddress;
  }

  #settle(result: CheckResult, request: AccessRequest): Admission {
    this.#options.count?.(typeof result === "string" ? RESULTS[result] : "accepted");
    if (typeof result !== "string") return result;
    const from = result === "TOKEN_ADDRESS" ? ` from ${this.#getClient(request)}` : "";
    throw new RequestError(result, `${MESSAGES[result]}${from}`);
  }
}

const RESULTS: Record<TokenCode, AccessResult> = {
  TOKEN_MISSING: "missing",
  TOKEN_INVALID: "invalid",
  TOKEN_EXPIRED: "expired",
  TOKEN_NOT_YET: "not_yet",
  TOKEN_PATH: "path",
  TOKEN_ADDRESS: "address",
};

const MESSAGES: Record<TokenCode, string> = {
  TOKEN_MISSING: "Cannot open this path without a token",
  TOKEN_INVALID: "Cannot use the token: it is malformed, or no key of this path has signed it",
  TOKEN_EXPIRED: "Cannot use the token: it has expired",
  TOKEN_NOT_YET: "Cannot use the token: it is not valid yet",
  TOKEN_PATH: "Cannot use the token for this path",
  TOKEN_ADDRESS: "Cannot use the token",
};

function isIssuedFor({ iss, aud, kind }: VerifiedToken, policy: AuthPolicy): boolean {
  if (kind !== "jwt") return true;
  if (policy.iss && (iss === undefined || !policy.iss.includes(iss))) return false;
  return !policy.aud || aud !== undefined && aud.some((name) => policy.aud!.includes(name));
}

function isIn(client: string | undefined, networks: readonly IpNetwork[]): boolean {
  const address = client === undefined ? undefined : parseAddress(client);
  return address !== undefined && isInNetworks(address, networks);
}

function toAdmission({ caching }: AuthPolicy, { parameter }: FoundToken): Admission {
  const isPrivate = caching === "private";
  if (parameter) return { isPrivate, hasToken: true, tokenParameter: parameter };
  return isPrivate ? PRIVATE : PUBLIC;
}
