/** TTML documents for tests. */

const NAMESPACES =
  `xmlns="http://www.w3.org/ns/ttml" xmlns:tts="http://www.w3.org/ns/ttml#styling" ` +
  `xmlns:ttp="http://www.w3.org/ns/ttml#parameter" xmlns:ttm="http://www.w3.org/ns/ttml#metadata" ` +
  `xmlns:itts="http://www.w3.org/ns/ttml/profile/imsc1#styling" ` +
  `xmlns:smpte="http://www.smpte-ra.org/schemas/2052-1/2010/smpte-tt"`;

/** Builds a document of a body, head content and root attributes. */
export function ttmlDocument(body: string, head = "", attributes = ""): string {
  return `<?xml version="1.0"?><tt ${NAMESPACES} ${attributes}><head>${head}</head>${body}</tt>`;
}

export function inBody(content: string): string {
  return `<body><div>${content}</div></body>`;
}

/** Builds a paragraph from 1 s to 2 s. */
export function paragraph(content: string, attributes = ""): string {
  return `<p begin="1s" end="2s" ${attributes}>${content}</p>`;
}
