/** IP addresses and networks, by `ipaddr.js`. */

import ipaddr from "ipaddr.js";

/** An IPv4-mapped IPv6 address (RFC 4291 §2.5.5.2) is its IPv4 address. */
export type IpAddress = ipaddr.IPv4 | ipaddr.IPv6;

/** An address, and how many of its first bits all addresses of the network share. */
export type IpNetwork = readonly [address: IpAddress, prefixLength: number];

/** Bits of the prefix of IPv4-mapped addresses. */
const MAPPED_PREFIX_LENGTH = 96;

/** Deprecated (RFC 4291 §2.5.5.1), and an IPv4-mapped address for `ipaddr.js`. */
const IPV4_COMPATIBLE = /^::[0-9]+\./;

/** Longer than any address; a client of a proxy can send 64 KB, with a zone as long. */
const MAX_CHARS = 64;

/** `::ffff:010.0.0.1`: octal for some, decimal for `ipaddr.js`. */
const LEADING_ZERO = /[:.]0[0-9]+\./;

/** Parses `192.0.2.7` or `2001:db8::7`, also with a zone; returns undefined for anything else, such as octal numbers. */
export function parseAddress(text: string): IpAddress | undefined {
  if (text.length > MAX_CHARS) return undefined;
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return ipaddr.IPv4.parse(text);
  if (
    IPV4_COMPATIBLE.test(text) || LEADING_ZERO.test(text) || !text.includes(":") ||
    !ipaddr.IPv6.isValid(text)
  ) {
    return undefined;
  }
  const address = ipaddr.IPv6.parse(text);
  return address.isIPv4MappedAddress() ? address.toIPv4Address() : address;
}

/** Parses `192.0.2.0/24` or `2001:db8::/32`, or an address, which is a network of its own. */
export function parseNetwork(text: string): IpNetwork | undefined {
  const [, addressText = text, lengthText] = /^([^/]*)\/(0|[1-9][0-9]{0,2})$/.exec(text) ?? [];
  const address = parseAddress(addressText);
  if (!address) return undefined;
  const bits = address.kind() === "ipv4" ? 32 : 128;
  const isMapped = bits === 32 && addressText.includes(":");
  const length = lengthText === undefined
    ? bits
    : Number(lengthText) - (isMapped ? MAPPED_PREFIX_LENGTH : 0);
  return length >= 0 && length <= bits ? [address, length] : undefined;
}

export function isInNetworks(address: IpAddress, networks: readonly IpNetwork[]): boolean {
  return networks.some(([network, length]) =>
    address.kind() === network.kind() && address.match(network, length)
  );
}

/** Returns the IPv4 address of an IPv4-mapped one, as connections to `::` have; anything else as it is. */
export function unmapAddress(text: string): string {
  return /^::ffff:\d+\.[\d.]+$/i.test(text) ? text.slice(7) : text;
}
