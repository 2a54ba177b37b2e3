/** Builds CPIX documents for tests. */

/** The key of the examples of SPEKE's documentation. */
export const SPEKE_KEY = {
  kid: "98ee5596-cd3e-a20d-163a-e382420c6eff",
  key: "5dGAgwGuUYu4dHeHtNlxJw==",
  iv: "OFj2IjCsPJFfMAxmQxLGPw==",
};

export interface CpixParts {
  readonly attributes?: string;
  readonly keys?: string;
  readonly systems?: string;
  readonly rules?: string;
}

export function buildCpix({ attributes, keys, systems, rules }: CpixParts): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<c:CPIX xmlns:c="urn:dashif:org:cpix" xmlns:p="urn:ietf:params:xml:ns:keyprov:pskc" ${
    attributes ?? 'contentId="abc123" version="2.3"'
  }>
  <c:ContentKeyList>${keys ?? buildKey(SPEKE_KEY.kid)}</c:ContentKeyList>
  <c:DRMSystemList>${systems ?? ""}</c:DRMSystemList>
  <c:ContentKeyUsageRuleList>${rules ?? ""}</c:ContentKeyUsageRuleList>
</c:CPIX>`;
}

export function buildKey(
  kid: string,
  attributes = "",
  secret = buildSecret(SPEKE_KEY.key),
): string {
  return `<c:ContentKey kid="${kid}" ${attributes}>${secret}</c:ContentKey>`;
}

export function buildSecret(key: string): string {
  return `<c:Data><p:Secret><p:PlainValue>${key}</p:PlainValue></p:Secret></c:Data>`;
}

export function buildRule(attributes: string, filters = "", kid = SPEKE_KEY.kid): string {
  return `<c:ContentKeyUsageRule kid="${kid}" ${attributes}>${filters}</c:ContentKeyUsageRule>`;
}

export function buildSystem(systemId: string, children: string, kid = SPEKE_KEY.kid): string {
  return `<c:DRMSystem kid="${kid}" systemId="${systemId}">${children}</c:DRMSystem>`;
}

export function toBase64(text: string): string {
  return new TextEncoder().encode(text).toBase64();
}
