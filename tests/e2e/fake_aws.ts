/** The services of AWS that give temporary credentials: IMDSv2 to machines, pod identity and STS (IRSA) to pods. */

import { startServer, type TestServer } from "./test_server.ts";

/** What a session of IMDSv2 begins with. */
const SESSION = "imds-session";

/** Token of the pod, in the file that `variables` name. */
export const POD_TOKEN = "pod-token";

const ROLE = "arn:aws:iam::123456789012:role/ams";

export type CredentialService = "imds" | "pod" | "sts";

/** Credentials that a service gives: each its own, with the characters of real ones. */
export function temporaryCredentials(service: CredentialService): GivenCredentials {
  return {
    accessKeyId: `ASIA${service.toUpperCase()}`,
    secretAccessKey: `${service}/secret+key`,
    sessionToken: `${service}/session+token==`,
  };
}

export interface FakeAws extends TestServer {
  /** Method and path of each request. */
  readonly requested: readonly string[];
  /**
   * Environment variables with which the SDKs of AWS get their credentials from one service.
   *
   * @param tokenFile contains POD_TOKEN
   */
  variables(service: CredentialService, tokenFile: string): Record<string, string>;
}

interface GivenCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

export interface FakeAwsOptions {
  /** Credentials that a service gives; by default its own temporary ones. */
  readonly give?: (service: CredentialService) => GivenCredentials;
  /** Time for which credentials are valid; an hour by default. */
  readonly validMs?: number;
  /** Responds with 503 instead while it returns true. */
  readonly isDown?: () => boolean;
}

export function startFakeAws(
  { validMs = 3_600_000, isDown, give = temporaryCredentials }: FakeAwsOptions = {},
): FakeAws {
  const requested: string[] = [];
  const server = startServer(async (request) => {
    const { pathname } = new URL(request.url);
    requested.push(`${request.method} ${pathname}`);
    if (isDown?.()) return new Response("Down", { status: 503 });
    const expires = new Date(Date.now() + validMs).toISOString();
    if (pathname === "/") {
      return respondAsSts(new URLSearchParams(await request.text()), give("sts"), expires);
    }
    if (pathname === "/pod") return respondAsPodIdentity(request, toJson(give("pod"), expires));
    return respondAsImds(request, pathname, toJson(give("imds"), expires));
  });
  return { ...server, requested, variables: findVariables.bind(undefined, server.url) };
}

function findVariables(url: string, service: CredentialService, tokenFile: string) {
  if (service === "imds") return { AWS_EC2_METADATA_SERVICE_ENDPOINT: url };
  if (service === "pod") {
    return {
      AWS_CONTAINER_CREDENTIALS_FULL_URI: `${url}/pod`,
      AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: tokenFile,
    };
  }
  const role = { AWS_ROLE_ARN: ROLE, AWS_WEB_IDENTITY_TOKEN_FILE: tokenFile };
  return { ...role, AWS_ENDPOINT_URL_STS: url, AWS_REGION: "us-east-1" };
}

/** Instance Metadata Service, version 2 only: without a session it rejects requests. */
function respondAsImds({ method, headers }: Request, path: string, role: object): Response {
  if (method === "PUT" && path === "/latest/api/token") {
    const seconds = headers.get("x-aws-ec2-metadata-token-ttl-seconds");
    if (!seconds) return new Response("Bad Request", { status: 400 });
    return new Response(SESSION, { headers: { "x-aws-ec2-metadata-token-ttl-seconds": seconds } });
  }
  if (headers.get("x-aws-ec2-metadata-token") !== SESSION) {
    return new Response("Unauthorized", { status: 401 });
  }
  const directory = "/latest/meta-data/iam/security-credentials/";
  if (path === directory) return new Response("ams");
  if (path === "/latest/meta-data/placement/region") return new Response("us-east-1");
  if (path !== `${directory}ams`) return new Response("Not Found", { status: 404 });
  return Response.json({ Code: "Success", Type: "AWS-HMAC", ...role });
}

function respondAsPodIdentity({ headers }: Request, role: object): Response {
  if (headers.get("authorization") !== POD_TOKEN) return new Response("{}", { status: 401 });
  return Response.json(role);
}

function toJson(
  { accessKeyId, secretAccessKey, sessionToken }: GivenCredentials,
  Expiration: string,
) {
  return {
    AccessKeyId: accessKeyId,
    SecretAccessKey: secretAccessKey,
    Token: sessionToken,
    Expiration,
  };
}

/** Security Token Service: the action AssumeRoleWithWebIdentity. */
function respondAsSts(
  form: URLSearchParams,
  { accessKeyId, secretAccessKey, sessionToken }: GivenCredentials,
  expires: string,
): Response {
  const sent = ["Action", "RoleArn", "WebIdentityToken"].map((name) => form.get(name));
  if (sent.join() !== ["AssumeRoleWithWebIdentity", ROLE, POD_TOKEN].join()) {
    const code = "<Error><Code>AccessDenied</Code><Message>Not authorized</Message></Error>";
    return respondWithXml(`<ErrorResponse>${code}</ErrorResponse>`, 403);
  }
  return respondWithXml(
    `<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <AssumeRoleWithWebIdentityResult>
    <AssumedRoleUser><Arn>${ROLE}/session</Arn><AssumedRoleId>A:session</AssumedRoleId></AssumedRoleUser>
    <Credentials>
      <AccessKeyId>${accessKeyId}</AccessKeyId>
      <SecretAccessKey>${secretAccessKey}</SecretAccessKey>
      <SessionToken>${sessionToken}</SessionToken>
      <Expiration>${expires}</Expiration>
    </Credentials>
  </AssumeRoleWithWebIdentityResult>
</AssumeRoleWithWebIdentityResponse>`,
  );
}

function respondWithXml(body: string, status = 200): Response {
  return new Response(body, { status, headers: { "content-type": "text/xml" } });
}
