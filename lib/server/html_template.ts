/** HTML with placeholders. */

const REFERENCES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Escapes for text and for attribute values in quotes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => REFERENCES[char]!);
}

/** Replaces `{name}` by the value of that name, as text; a value is not searched for placeholders. */
export function fillHtml(html: string, values: Readonly<Record<string, string>>): string {
  return html.replace(
    /\{([a-z]+)\}/g,
    (all, name: string) => Object.hasOwn(values, name) ? escapeHtml(values[name]!) : all,
  );
}

/** Returns the start tag of an element. */
export function formatElement(tag: string, attributes: Readonly<Record<string, string>>): string {
  const parts = Object.entries(attributes).map(([name, value]) =>
    ` ${name}="${escapeHtml(value)}"`
  );
  return `<${tag}${parts.join("")}>`;
}
