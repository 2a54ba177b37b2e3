/** Colour values of TTML, HTML and CSS. */

/** TTML1 §8.3.10, and common names of HTML. */
const COLOR_NAMES: Record<string, string> = {
  black: "#000000",
  silver: "#c0c0c0",
  gray: "#808080",
  grey: "#808080",
  white: "#ffffff",
  maroon: "#800000",
  red: "#ff0000",
  purple: "#800080",
  fuchsia: "#ff00ff",
  magenta: "#ff00ff",
  green: "#008000",
  lime: "#00ff00",
  olive: "#808000",
  yellow: "#ffff00",
  navy: "#000080",
  blue: "#0000ff",
  teal: "#008080",
  aqua: "#00ffff",
  cyan: "#00ffff",
  transparent: "#00000000",
  orange: "#ffa500",
  pink: "#ffc0cb",
  gold: "#ffd700",
  brown: "#a52a2a",
  violet: "#ee82ee",
  orangered: "#ff4500",
  darkred: "#8b0000",
  darkgreen: "#006400",
  darkblue: "#00008b",
  lightblue: "#add8e6",
  lightgreen: "#90ee90",
  lightgray: "#d3d3d3",
  lightgrey: "#d3d3d3",
  darkgray: "#a9a9a9",
  darkgrey: "#a9a9a9",
};

/** Parses a colour to `#rrggbb`, or `#rrggbbaa` if not opaque; undefined if invalid. */
export function parseColor(text: string): string | undefined {
  const value = text.trim().toLowerCase();
  if (Object.hasOwn(COLOR_NAMES, value)) return COLOR_NAMES[value];
  const [, hex] = /^#?([0-9a-f]{3,8})$/.exec(value) ?? [];
  if (hex) return parseHex(hex);
  const [, inner] = /^rgba?\(([^()]*)\)$/.exec(value) ?? [];
  return inner === undefined ? undefined : parseChannels(inner.split(/[\s,/]+/).filter(Boolean));
}

function parseHex(hex: string): string | undefined {
  if (hex.length === 3 || hex.length === 4) {
    return parseHex([...hex].map((digit) => digit + digit).join(""));
  }
  if (hex.length !== 6 && hex.length !== 8) return undefined;
  return `#${hex.length === 8 && hex.endsWith("ff") ? hex.slice(0, 6) : hex}`;
}

/** Accepts alpha up to 255 (TTML) and up to 1 (CSS). */
function parseChannels(parts: readonly string[]): string | undefined {
  if (parts.length !== 3 && parts.length !== 4) return undefined;
  const values = parts.map(Number);
  if (values.some((value) => !(value >= 0))) return undefined;
  const [red, green, blue, alpha = 255] = values as [number, number, number, number?];
  const opaque = parts[3]?.includes(".") || alpha === 1 ? alpha * 255 : alpha;
  return formatColor([red, green, blue, opaque]);
}

/** Formats red, green, blue and alpha, 0 to 255 each. */
export function formatColor(channels: readonly number[]): string {
  const hex = channels.map((value) =>
    Math.round(Math.min(255, Math.max(0, value))).toString(16).padStart(2, "0")
  );
  return `#${hex[3] === "ff" ? hex.slice(0, 3).join("") : hex.join("")}`;
}
