/** Names of all metrics (docs/metrics.md). */

export interface MetricDefinition {
  readonly type: "counter" | "gauge" | "histogram";
  readonly help: string;
  readonly labels: readonly string[];
}

const counter = (help: string, ...labels: string[]) => ({ type: "counter", help, labels }) as const;
const gauge = (help: string, ...labels: string[]) => ({ type: "gauge", help, labels }) as const;

export const METRICS = {
  ams_http_requests_total: counter("Responses that have ended", "protocol", "kind", "code"),
  ams_http_request_duration_seconds: {
    type: "histogram",
    help: "Time from the request to the end of the response",
    labels: ["protocol", "kind"],
  },
  ams_http_response_bytes_total: counter(
    "Bytes of bodies that were handed to the network",
    "protocol",
    "kind",
  ),
  ams_http_requests_in_flight: gauge("Requests whose responses have not ended"),
  ams_cache_hits_total: counter("Lookups in a cache that found an entry", "cache"),
  ams_cache_misses_total: counter("Lookups in a cache that found no entry", "cache"),
  ams_cache_bytes: gauge("Memory of a cache", "cache"),
  ams_assets_open: gauge("Open assets of all workers"),
  ams_tokens_total: counter("Checks of access tokens", "result"),
  ams_keys_served_total: counter("Requests of players for keys, with --serve-keys", "result"),
  ams_key_requests_total: counter("Requests for keys of assets", "source", "result"),
  ams_source_requests_total: counter("Requests that were sent to origins", "mount", "result"),
  ams_source_request_duration_seconds: {
    type: "histogram",
    help: "Time from a request for an origin to the end of the response",
    labels: ["mount"],
  },
  ams_source_bytes_total: counter("Bytes of bodies that origins sent", "mount"),
  ams_source_retries_total: counter("Requests for origins that were tried again", "mount"),
  ams_source_up: gauge("1 while an origin responds", "mount"),
  ams_live_channels: gauge("Channels of the recorder", "state"),
  ams_live_publishers: gauge("Encoders that publish", "protocol"),
  ams_live_received_bytes_total: counter("Bytes received from encoders", "protocol"),
  ams_live_fragments_total: counter("Fragments received from encoders", "result"),
  ams_live_periods_total: counter("Periods that have begun", "reason"),
  ams_live_lag_seconds: gauge("Seconds from a sample's time to its arrival, of the worst channel"),
  ams_live_disk_free_bytes: gauge("Free bytes of the disk with the recordings"),
  ams_workers: gauge("Workers that listen"),
  ams_worker_restarts_total: counter("Workers that failed"),
  ams_config_reloads_total: counter(
    "Reloads of certificates, the auth file and the key file",
    "result",
  ),
  ams_build_info: gauge("Versions of the program, value 1", "version", "deno"),
  process_cpu_seconds_total: counter("User and system time of the process"),
  process_resident_memory_bytes: gauge("Resident memory of the process"),
  process_start_time_seconds: gauge("Start of the process since 1970"),
} as const satisfies Readonly<Record<string, MetricDefinition>>;

export type MetricName = keyof typeof METRICS;
