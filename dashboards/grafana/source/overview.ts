import { by, byClient, byRequest, dashboard, figure, graph, table } from './parts';

export const overview = dashboard('overview', 'Is it up, what passes, what does it add, and what was found.', [
  figure({
    title: 'Instances up',
    description: 'Instances that accept connections.',
    unit: 'none', width: 4, height: 4,
    queries: [{ expr: `sum(onetrip_up${by()})` }],
  }),
  figure({
    title: 'Servers that cannot be reached',
    description: 'Upstreams whose last connection attempt failed, over all instances.',
    unit: 'none', width: 4, height: 4, thresholds: [1, 1], noValue: 'not asked yet',
    queries: [{ expr: `sum(1 - onetrip_upstream_up${by()})` }],
  }),
  figure({
    title: 'Statements',
    description: 'Statements a second.',
    unit: 'ops', width: 4, height: 4,
    queries: [{ expr: `sum(rate(onetrip_statements_total${byClient()}[$__rate_interval]))` }],
  }),
  figure({
    title: 'Added time, p99',
    description: 'From reading bytes to having sent them, of a sample of the messages.',
    unit: 's', width: 4, height: 4, thresholds: [0.0005, 0.001],
    queries: [{ expr: `histogram_quantile(0.99, sum by (le) (rate(onetrip_proxy_overhead_seconds_bucket${by()}[$__rate_interval])))` }],
  }),
  figure({
    title: 'Findings known',
    description: 'Distinct findings that the instances hold now.',
    unit: 'none', width: 4, height: 4, thresholds: [1, 10],
    queries: [{ expr: `sum(onetrip_findings_open${by()})` }],
  }),
  figure({
    title: 'Wasted',
    description: 'Seconds a second that single trips cost where one would have done.',
    unit: 's', width: 4, height: 4, thresholds: [0.1, 1],
    queries: [{ expr: `sum(rate(onetrip_finding_wasted_seconds_total${byRequest()}[$__rate_interval]))` }],
  }),
  graph({
    title: 'Statements by kind',
    description: 'Statements a second that were analysed.',
    unit: 'ops', width: 12, stacked: true,
    queries: [{ expr: `sum by (kind) (rate(onetrip_statements_total${byClient()}[$__rate_interval]))`, legend: '{{kind}}' }],
  }),
  graph({
    title: 'Requests by what told them apart',
    description: 'Windows a second: trace and tag are sure, idle_gap is told by pauses.',
    unit: 'ops', width: 12, stacked: true,
    queries: [{ expr: `sum by (source) (rate(onetrip_windows_total${by()}[$__rate_interval]))`, legend: '{{source}}' }],
  }),
  table({
    title: 'Requests with the most statements',
    description: 'Mean over the range, by label.',
    unit: 'none', width: 12, height: 9,
    queries: [{
      expr: `topk(15, sum by (label) (increase(onetrip_window_statements_sum${byRequest()}[$__range])) / sum by (label) (increase(onetrip_window_statements_count${byRequest()}[$__range])))`,
      instant: true,
    }],
  }, { label: 'request', Value: 'statements' }),
  table({
    title: 'Findings by rule',
    description: 'Windows in the range that showed one.',
    unit: 'none', width: 12, height: 9,
    queries: [{ expr: `sum by (rule, severity) (increase(onetrip_findings_total${byRequest()}[$__range])) > 0`, instant: true }],
  }, { Value: 'windows' }),
]);
