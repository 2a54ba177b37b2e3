/** What leaves AMS, and the secrets in it. */

/** Secrets by name: bytes, or text. */
export type Secrets = Readonly<Record<string, Uint8Array | string>>;

/** Texts are searched in lower case, too, since hexadecimal digits have two spellings. */
export class Evidence {
  readonly #items: { readonly where: string; readonly text: string; readonly lower: string }[] = [];

  get size(): number {
    return this.#items.length;
  }

  add(where: string, content: Uint8Array | string): void {
    const text = toBinaryString(content);
    this.#items.push({ where, text, lower: text.toLowerCase() });
  }

  addResponse(where: string, { headers }: Response, body: Uint8Array): void {
    this.add(`headers of ${where}`, [...headers].map((header) => header.join(": ")).join("\n"));
    this.add(where, body);
  }

  /** Returns a line for each secret that is found, with its encoding. */
  find(secrets: Secrets): string[] {
    return Object.entries(secrets).flatMap(([name, secret]) =>
      encodeSecret(secret).flatMap(({ encoding, text, ignoresCase }) =>
        this.#items
          .filter((item) => (ignoresCase ? item.lower : item.text).includes(text))
          .map(({ where }) => `${name} (${encoding}) in ${where}`)
      )
    );
  }
}

interface EncodedSecret {
  readonly encoding: string;
  readonly text: string;
  readonly ignoresCase?: boolean;
}

function encodeSecret(secret: Uint8Array | string): EncodedSecret[] {
  const bytes = typeof secret === "string" ? new TextEncoder().encode(secret) : secret;
  const encoded = encodeBytes(bytes, "");
  if (bytes.length === 16) encoded.push(...encodeBytes(toGuidOrder(bytes), "GUID "));
  if (typeof secret === "string") {
    encoded.push({ encoding: "percent", text: encodeURIComponent(secret) });
  }
  return encoded;
}

function encodeBytes(bytes: Uint8Array, order: string): EncodedSecret[] {
  const hex = bytes.toHex();
  const uuid = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  const base64 = [0, 1, 2].flatMap((offset) => {
    const text = toBase64At(bytes, offset);
    const url = text.replaceAll("+", "-").replaceAll("/", "_");
    const found = [{ encoding: `${order}base64`, text }];
    return url === text ? found : [...found, { encoding: `${order}base64url`, text: url }];
  });
  return [
    { encoding: `${order}raw`, text: toBinaryString(bytes) },
    { encoding: `${order}hex`, text: hex, ignoresCase: true },
    { encoding: `${order}UUID`, text: uuid, ignoresCase: true },
    ...base64,
  ];
}

/** Returns the digits of base64 that bytes have at an offset, whatever is before and behind them. */
function toBase64At(bytes: Uint8Array, offset: number): string {
  const padded = new Uint8Array(offset + bytes.length);
  padded.set(bytes, offset);
  const end = Math.floor(padded.length * 8 / 6);
  return padded.toBase64().slice(Math.ceil(offset * 8 / 6), end);
}

function toGuidOrder(bytes: Uint8Array): Uint8Array {
  const guid = bytes.slice();
  for (const [start, end] of [[0, 4], [4, 6], [6, 8]] as const) guid.subarray(start, end).reverse();
  return guid;
}

/** One character for each byte. */
function toBinaryString(content: Uint8Array | string): string {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  let text = "";
  for (let i = 0; i < bytes.length; i += 8192) {
    text += String.fromCharCode(...bytes.subarray(i, i + 8192));
  }
  return text;
}
