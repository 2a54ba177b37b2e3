/** What the log says once requests are served. */

import type { Address } from "../http/server.ts";
import type { LogMessage } from "../log/message_line.ts";
import { formatAddress, formatUrl } from "./address_format.ts";
import { findNetworkAddresses } from "./listen_address.ts";
import { describeMissingChannels } from "./recording_setup.ts";
import type { ServerSetup } from "./server_setup.ts";
import { formatSource } from "./source_options.ts";
import type { WorkerMount } from "./worker_messages.ts";

type Announced = Pick<
  ServerSetup,
  "options" | "root" | "sources" | "address" | "certificate" | "recorder"
>;

/**
 * Returns messages, the address of the page first.
 *
 * @param monitoring address of metrics; absent: there are none
 */
export function announce(setup: Announced, monitoring?: Address): LogMessage[] {
  const { options, root, sources } = setup;
  const remoteRoot = sources.mounts.find(({ path }) => path === "");
  const lines = [
    `Serving ${remoteRoot ? formatSource(remoteRoot.source) : root} at ${formatMainUrl(setup)}`,
    ...describeMounts(sources.mounts),
    ...describeNetwork(setup),
    ...describePublishing(setup),
    ...monitoring ? [`Serving metrics at ${formatUrl(monitoring, false)}metrics`] : [],
  ];
  const missing = root === undefined ? undefined : describeMissingChannels(options, root);
  const warnings = [
    ...missing === undefined ? [] : [missing],
    ...options.serveKeys === "open"
      ? ["Keys of packages are served to anybody (--serve-keys open)"]
      : [],
  ];
  return [
    ...lines.map((message) => ({ level: "info", message }) as const),
    ...warnings.map((message) => ({ level: "warn", message }) as const),
  ];
}

/** The storage worker reports what became of those on other machines. */
function describeMounts(mounts: readonly WorkerMount[]): string[] {
  return mounts.filter(({ path }) => path !== "")
    .map(({ path, source }) => `Serving ${formatSource(source)} at /${path}/`);
}

/** Names the host as it was given, and not its address. */
function formatMainUrl({ options: { host }, address, certificate }: Announced): string {
  if ("path" in address) return formatAddress(address);
  return formatUrl({ host, port: address.port }, certificate !== undefined);
}

/** Phones and televisions cannot use `localhost`. */
function describeNetwork({ address, certificate }: Announced): string[] {
  if ("path" in address) return [];
  const urls = findNetworkAddresses(address).map((it) => formatUrl(it, certificate !== undefined));
  return urls.length === 0 ? [] : [`On the network: ${urls.join(", ")}`];
}

function describePublishing({ recorder }: Announced): string[] {
  const { address, tlsAddress, path } = recorder ?? {};
  const urls = [
    ...address ? [`${formatUrl(address, false)}${path}/`] : [],
    ...tlsAddress ? [`${formatUrl(tlsAddress, true)}${path}/`] : [],
  ];
  return urls.map((url) => {
    const rtmpUrl = url.replace("http", "rtmp"); // the same port
    return `Accepting publishers at ${url}CHANNEL.json/KEY/NAME and ${rtmpUrl}CHANNEL/KEY`;
  });
}
