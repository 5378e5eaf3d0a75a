import { by, byClient, dashboard, graph, table } from './parts';

const bucket = `onetrip_statement_duration_seconds_bucket${by()}`;
const quantile = (share: number) =>
  `histogram_quantile(${share}, sum by (kind, le) (rate(${bucket}[$__rate_interval])))`;

export const statements = dashboard(
  'statements',
  'What statements cost, by kind; times are those of all applications. No statement has a series of its own: single ones are on the page of the admin port.',
  [
    graph({
      title: 'Time in statements',
      description: 'Seconds of answers a second: how many statements run at once.',
      unit: 's', width: 12, stacked: true,
      queries: [{ expr: `sum by (kind) (rate(onetrip_statement_duration_seconds_sum${by()}[$__rate_interval]))`, legend: '{{kind}}' }],
    }),
    graph({
      title: 'Statements',
      description: 'Statements a second.',
      unit: 'ops', width: 12, stacked: true,
      queries: [{ expr: `sum by (kind) (rate(onetrip_statements_total${byClient()}[$__rate_interval]))`, legend: '{{kind}}' }],
    }),
    graph({
      title: 'Latency, median',
      description: 'From a statement\'s turn to the end of its answer.',
      unit: 's', width: 12,
      queries: [{ expr: quantile(0.5), legend: '{{kind}}' }],
    }),
    graph({
      title: 'Latency, p99',
      description: 'From a statement\'s turn to the end of its answer.',
      unit: 's', width: 12,
      queries: [{ expr: quantile(0.99), legend: '{{kind}}' }],
    }),
    graph({
      title: 'Rows',
      description: 'Rows a second, returned or affected.',
      unit: 'ops', width: 12,
      queries: [{ expr: `sum(rate(onetrip_rows_total${byClient()}[$__rate_interval]))`, legend: 'rows' }],
    }),
    graph({
      title: 'Failed statements',
      description: 'A second, by class of SQLSTATE: 23 constraints, 40 conflicts, 42 syntax and names, 57 cancelled.',
      unit: 'ops', width: 12, stacked: true, noValue: '0',
      queries: [{ expr: `sum by (sqlstate_class) (rate(onetrip_errors_total${byClient()}[$__rate_interval]))`, legend: '{{sqlstate_class}}' }],
    }),
    table({
      title: 'Kinds',
      description: 'Over the range: statements, and seconds of the answers of all applications.',
      unit: 'short', width: 12, height: 8,
      queries: [
        { expr: `sum by (kind) (increase(onetrip_statements_total${byClient()}[$__range])) > 0`, instant: true },
        { expr: `sum by (kind) (increase(onetrip_statement_duration_seconds_sum${by()}[$__range])) > 0`, instant: true },
      ],
    }, { 'Value #A': 'statements', 'Value #B': 'seconds' }),
    table({
      title: 'Applications and databases',
      description: 'Over the range: statements, their rows, and those that failed.',
      unit: 'short', width: 12, height: 8,
      queries: ['statements', 'rows', 'errors'].map((what) => ({
        expr: `sum by (application, datname) (increase(onetrip_${what}_total${byClient()}[$__range])) > 0`, instant: true,
      })),
    }, { datname: 'database', 'Value #A': 'statements', 'Value #B': 'rows', 'Value #C': 'failed' }),
  ],
);
