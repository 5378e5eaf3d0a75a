import { by, dashboard, figure, graph } from './parts';

export const proxy = dashboard('proxy', 'Connections, what it adds, what it could not look at, and what it takes.', [
  figure({
    title: 'Connections',
    description: 'Client connections that are open.',
    unit: 'none', width: 6, height: 4,
    queries: [{ expr: `sum(onetrip_client_connections${by()})` }],
  }),
  figure({
    title: 'Version',
    description: 'Versions that run.',
    unit: 'none', width: 6, height: 4,
    queries: [{ expr: `count by (version) (onetrip_build_info${by()})`, legend: '{{version}}' }],
  }),
  figure({
    title: 'Dropped',
    description: 'Statements a second that the analysis did not take. Their bytes passed as always.',
    unit: 'ops', width: 6, height: 4, thresholds: [0.001, 1],
    queries: [{ expr: `sum(rate(onetrip_events_dropped_total${by()}[$__rate_interval]))` }],
  }),
  figure({
    title: 'Faults',
    description: 'Sessions in the range that ended because something of the proxy failed.',
    unit: 'none', width: 6, height: 4, thresholds: [1, 1],
    queries: [{ expr: `sum(increase(onetrip_faults_total${by()}[$__range]))` }],
  }),
  graph({
    title: 'Added time',
    description: 'From reading bytes to having sent them, of a sample of the messages.',
    unit: 's', width: 12, thresholds: [0.0005, 0.001],
    queries: [0.5, 0.99].map((share) => ({
      expr: `histogram_quantile(${share}, sum by (le) (rate(onetrip_proxy_overhead_seconds_bucket${by()}[$__rate_interval])))`,
      legend: `p${share * 100}`,
    })),
  }),
  graph({
    title: 'Bytes',
    description: 'Forwarded, a second.',
    unit: 'Bps', width: 12,
    queries: [{ expr: `sum by (direction) (rate(onetrip_bytes_total${by()}[$__rate_interval]))`, legend: '{{direction}}' }],
  }),
  graph({
    title: 'Connections',
    description: 'Open, and accepted a second.',
    unit: 'none', width: 12,
    queries: [
      { expr: `sum by (instance) (onetrip_client_connections${by()})`, legend: 'open, {{instance}}' },
      { expr: `sum(rate(onetrip_connections_total${by()}[$__rate_interval]))`, legend: 'accepted a second' },
    ],
  }),
  graph({
    title: 'Connections that never became a session',
    description: 'A second, by reason.',
    unit: 'ops', width: 12, noValue: '0',
    queries: [{ expr: `sum by (reason) (rate(onetrip_connection_failures_total${by()}[$__rate_interval]))`, legend: '{{reason}}' }],
  }),
  graph({
    title: 'Ring',
    description: 'Events that wait for analysis, of those that can.',
    unit: 'percentunit', width: 12, thresholds: [0.5, 0.9],
    queries: [{ expr: `onetrip_ring_depth${by()} / onetrip_ring_capacity${by()}`, legend: '{{instance}}' }],
  }),
  graph({
    title: 'Not looked at',
    description: 'Sessions that could not be read, statements without parse tree, tags that were stale: a second.',
    unit: 'ops', width: 12,
    queries: [
      { expr: `sum by (reason) (rate(onetrip_blind_sessions_total${by()}[$__rate_interval]))`, legend: 'blind: {{reason}}' },
      { expr: `sum by (reason) (rate(onetrip_unparsable_total${by()}[$__rate_interval]))`, legend: 'unparsable: {{reason}}' },
      { expr: `sum(rate(onetrip_contradicted_tags_total${by()}[$__rate_interval]))`, legend: 'stale tags' },
    ],
  }),
  graph({
    title: 'History',
    description: 'A second: times that its file could not be used, by reason, and what it had no room for.',
    unit: 'ops', width: 24, noValue: '0',
    queries: [
      { expr: `sum by (reason) (rate(onetrip_store_failures_total${by()}[$__rate_interval]))`, legend: 'failed: {{reason}}' },
      { expr: `sum(rate(onetrip_store_lost_total${by()}[$__rate_interval]))`, legend: 'lost' },
    ],
  }),
  graph({
    title: 'CPU',
    description: 'Cores that each instance takes.',
    unit: 'none', width: 12,
    queries: [{ expr: `rate(process_cpu_seconds_total${by()}[$__rate_interval])`, legend: '{{instance}}' }],
  }),
  graph({
    title: 'Memory',
    description: 'Resident, and what known statements hold of it.',
    unit: 'bytes', width: 12,
    queries: [
      { expr: `process_resident_memory_bytes${by()}`, legend: 'resident, {{instance}}' },
      { expr: `onetrip_statement_cache_bytes${by()}`, legend: 'statements, {{instance}}' },
    ],
  }),
]);
