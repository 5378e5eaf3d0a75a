import { by, byRequest, dashboard, figure, graph, table } from './parts';

const wasted = `onetrip_finding_wasted_seconds_total${byRequest()}`;

export const findings = dashboard('findings', 'Trips that should have been one: where, how often, what they cost.', [
  figure({
    title: 'N+1 known',
    description: 'Distinct N+1 loops that the instances hold now.',
    unit: 'none', width: 6, height: 4, thresholds: [1, 5],
    queries: [{ expr: `sum(onetrip_findings_open${by('rule="n-plus-one"')})` }],
  }),
  figure({
    title: 'New in the range',
    description: 'Causes that were first seen in the range shown.',
    unit: 'none', width: 6, height: 4, thresholds: [1, 5], noValue: '0',
    queries: [{ expr: `count(min by (cause, label) (onetrip_finding_first_seen_timestamp_seconds${byRequest()}) > time() - $__range_s)` }],
  }),
  figure({
    title: 'Wasted in the range',
    description: 'What single trips cost that one would have made, at this server\'s distance.',
    unit: 's', width: 6, height: 4,
    queries: [{ expr: `sum(increase(${wasted}[$__range]))` }],
  }),
  figure({
    title: 'Requests that could not be told apart',
    description: 'Saturated windows in the range: their findings are likely at most. Tags mend it.',
    unit: 'none', width: 6, height: 4, thresholds: [1, 100],
    queries: [{ expr: `sum(increase(onetrip_saturated_windows_total${by()}[$__range]))` }],
  }),
  graph({
    title: 'Wasted by request',
    description: 'Seconds a second, the ten largest.',
    unit: 's', width: 12, stacked: true,
    queries: [{ expr: `topk(10, sum by (label) (rate(${wasted}[$__rate_interval])))`, legend: '{{label}}' }],
  }),
  graph({
    title: 'Wasted by rule',
    description: 'Seconds a second.',
    unit: 's', width: 12, stacked: true,
    queries: [{ expr: `sum by (rule) (rate(${wasted}[$__rate_interval]))`, legend: '{{rule}}' }],
  }),
  table({
    title: 'Worst requests',
    description: 'By rule and label: windows that showed it in the range.',
    unit: 'none', width: 12, height: 10,
    queries: [{ expr: `topk(50, sum by (rule, severity, label) (increase(onetrip_findings_total${byRequest()}[$__range]))) > 0`, instant: true }],
  }, { label: 'request', Value: 'windows' }),
  table({
    title: 'Newest causes',
    description: 'When each was first seen. The cause is what the API, a budget and a comment name it by.',
    unit: 'dateTimeFromNow', width: 12, height: 10,
    queries: [{ expr: `topk(50, min by (rule, cause, label) (onetrip_finding_first_seen_timestamp_seconds${byRequest()}) * 1000)`, instant: true }],
    links: [{ title: 'Findings of this cause', url: '${page:raw}/#/findings?cause=${__data.fields.cause}', targetBlank: true }],
  }, { label: 'request', Value: 'first seen' }),
  graph({
    title: 'Statements of a request',
    description: 'Mean of each label, the ten largest.',
    unit: 'none', width: 12, thresholds: [50, 100],
    queries: [{
      expr: `topk(10, sum by (label) (rate(onetrip_window_statements_sum${byRequest()}[$__rate_interval])) / (sum by (label) (rate(onetrip_window_statements_count${byRequest()}[$__rate_interval])) > 0))`,
      legend: '{{label}}',
    }],
  }),
  graph({
    title: 'Time of a request, p95',
    description: 'From its first statement to its last answer. The points are windows: open one.',
    unit: 's', width: 12,
    queries: [{
      expr: `histogram_quantile(0.95, sum by (label, le) (rate(onetrip_window_duration_seconds_bucket${byRequest()}[$__rate_interval])))`,
      legend: '{{label}}', exemplar: true,
    }],
  }),
]);
