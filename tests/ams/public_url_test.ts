import { assertEquals } from "@std/assert";
import { parseEmbedders, parsePublicUrl } from "../../lib/ams/public_url.ts";

const embedders: [list: string, sources: string[] | undefined][] = [
  ["*", ["*"]],
  ["none", []],
  ["", []],
  ["self", ["'self'"]],
  ["https://A.example/, http://localhost:8080", ["https://a.example", "http://localhost:8080"]],
  ["https://*.example.com,https://[::1]:8443", ["https://*.example.com", "https://[::1]:8443"]],
  ["example.com", undefined],
  ["https://a.example; script-src *", undefined],
  ["https://a.example 'unsafe-inline'", undefined],
  ["https://a.example/path", undefined],
  ["https://a.example,", undefined],
  ["https://", undefined],
];

for (const [list, sources] of embedders) {
  Deno.test(`parseEmbedders() reads '${list}'`, () => assertEquals(parseEmbedders(list), sources));
}

const urls: [text: string, url: string | undefined][] = [
  ["https://media.example.com", "https://media.example.com/"],
  ["https://Media.example.com:443/vod", "https://media.example.com/vod/"],
  ["http://localhost:8080/vod//", "http://localhost:8080/vod/"],
  ["media.example.com", undefined],
  ["ftp://media.example.com/", undefined],
  ["https://media.example.com/?a", undefined],
  ["https://media.example.com/#", undefined],
  ["https://me:secret@media.example.com/", undefined],
  ["https://media.example.com\\\\vod", undefined],
  ["https://media.example.com/\r\nX-Header: 1", undefined],
];

for (const [text, url] of urls) {
  Deno.test(`parsePublicUrl() reads '${text}'`, () => assertEquals(parsePublicUrl(text), url));
}
