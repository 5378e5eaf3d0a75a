// What all dashboards are made of. Sizes are in Grafana's grid of 24 columns.
import type { Dashboard, DashboardLink, DataSourceRef, Panel, Threshold, VariableModel } from '@grafana/schema';

const datasource: DataSourceRef = { type: 'prometheus', uid: '${datasource}' };

export const dashboards = {
  overview: { uid: 'onetrip-overview', title: 'Onetrip / Overview' },
  findings: { uid: 'onetrip-findings', title: 'Onetrip / N+1 and friends' },
  statements: { uid: 'onetrip-statements', title: 'Onetrip / Statements' },
  proxy: { uid: 'onetrip-proxy', title: 'Onetrip / The proxy itself' },
} as const;

/** Selects what the variables at the dashboard's head say. */
export const by = (...more: string[]) => `{${['job=~"$job"', 'instance=~"$instance"', ...more].join(', ')}}`;
/** The same of series that tell requests apart, and of those that tell clients apart. */
export const byRequest = (...more: string[]) => by('application=~"$application"', 'label=~"$label"', ...more);
export const byClient = (...more: string[]) => by('application=~"$application"', 'datname=~"$datname"', ...more);

export interface Query {
  expr: string;
  legend?: string;
  instant?: boolean;
  exemplar?: boolean;
}

interface Look {
  title: string;
  description: string;
  unit: string;
  queries: Query[];
  width: number;
  height?: number;
  /** Green below the first, then yellow, then red. */
  thresholds?: [number, number];
  stacked?: boolean;
  noValue?: string;
  overrides?: NonNullable<Panel['fieldConfig']>['overrides'];
  links?: NonNullable<NonNullable<Panel['fieldConfig']>['defaults']>['links'];
}

const steps = (limits?: [number, number]): Threshold[] =>
  [
    { value: null as unknown as number, color: 'green' },
    ...(limits ? [{ value: limits[0], color: 'yellow' }, { value: limits[1], color: 'red' }] : []),
  ];

function panel(type: string, look: Look, options: object, custom: Record<string, unknown>): Panel {
  return {
    type,
    title: look.title,
    description: look.description,
    datasource,
    gridPos: { x: 0, y: 0, w: look.width, h: look.height ?? 8 },
    targets: look.queries.map((query, place) => ({
      refId: String.fromCharCode('A'.charCodeAt(0) + place),
      datasource,
      expr: query.expr,
      legendFormat: query.legend ?? '__auto',
      instant: query.instant ?? false,
      range: !query.instant,
      exemplar: query.exemplar ?? false,
      ...(type === 'table' ? { format: 'table' } : {}),
    })),
    fieldConfig: {
      defaults: {
        unit: look.unit,
        noValue: look.noValue ?? 'none',
        color: { mode: (look.thresholds ? 'thresholds' : 'palette-classic') as never },
        thresholds: { mode: 'absolute' as never, steps: steps(look.thresholds) },
        custom,
        ...(look.links ? { links: look.links } : {}),
      },
      overrides: look.overrides ?? [],
    },
    options: options as Panel['options'],
  };
}

export const graph = (look: Look): Panel =>
  panel(
    'timeseries',
    look,
    { legend: { displayMode: 'list', placement: 'bottom' }, tooltip: { mode: 'multi', sort: 'desc' } },
    {
      lineWidth: 1,
      fillOpacity: look.stacked ? 30 : 8,
      showPoints: 'never',
      spanNulls: false,
      stacking: { mode: look.stacked ? 'normal' : 'none', group: 'A' },
      thresholdsStyle: { mode: look.thresholds ? 'dashed' : 'off' },
    },
  );

export const figure = (look: Look): Panel =>
  panel('stat', look, { colorMode: 'value', graphMode: 'area', reduceOptions: { calcs: ['lastNotNull'] } }, {});

export const table = (look: Look, columns: Record<string, string>, hidden: string[] = []): Panel => ({
  ...panel('table', look, { showHeader: true, footer: { show: false } }, { align: 'auto', filterable: true }),
  transformations: [
    { id: 'merge', options: {} },
    {
      id: 'organize',
      options: {
        excludeByName: Object.fromEntries(['Time', ...hidden].map((name) => [name, true])),
        renameByName: columns,
      },
    },
  ],
});

/** Side by side, from left to right, then the next row. */
function placed(panels: Panel[]): Panel[] {
  let x = 0, y = 0, tallest = 0;
  return panels.map((one, place) => {
    const { w, h } = one.gridPos!;
    if (x + w > 24) [x, y, tallest] = [0, y + tallest, 0];
    const here: Panel = { ...one, id: place + 1, gridPos: { x, y, w, h } };
    x += w;
    tallest = Math.max(tallest, h);
    return here;
  });
}

function variable(name: string, label: string, query: string): VariableModel {
  return {
    type: 'query',
    name,
    label,
    datasource,
    query: { query, refId: name } as never,
    definition: query,
    refresh: 2,
    sort: 1,
    multi: true,
    includeAll: true,
    allValue: '.+',
    current: { text: ['All'], value: ['$__all'] },
  } as VariableModel;
}

const source: VariableModel = {
  type: 'datasource',
  name: 'datasource',
  label: 'Data source',
  query: 'prometheus',
  current: { text: 'Prometheus', value: 'prometheus' },
} as VariableModel;

/** Where a browser finds the web page, which no metric tells. */
const page: VariableModel = {
  type: 'textbox',
  name: 'page',
  label: 'Web page',
  query: 'http://localhost:9188',
  current: { text: 'http://localhost:9188', value: 'http://localhost:9188' },
} as VariableModel;

const links: DashboardLink[] = Object.values(dashboards).map(({ uid, title }) => ({
  type: 'link',
  title: title.replace('Onetrip / ', ''),
  url: `/d/${uid}`,
  icon: 'dashboard',
  tooltip: title,
  tags: [],
  asDropdown: false,
  targetBlank: false,
  includeVars: true,
  keepTime: true,
}));

export function dashboard(name: keyof typeof dashboards, description: string, panels: Panel[]): Dashboard {
  return {
    id: null,
    uid: dashboards[name].uid,
    title: dashboards[name].title,
    description,
    tags: ['onetrip', 'postgresql'],
    schemaVersion: 39,
    version: 1,
    editable: false,
    timezone: 'browser',
    refresh: '30s',
    time: { from: 'now-1h', to: 'now' },
    graphTooltip: 1,
    fiscalYearStartMonth: 0,
    links: links.filter(({ url }) => url !== `/d/${dashboards[name].uid}`),
    templating: {
      list: [
        source,
        variable('job', 'Job', 'label_values(onetrip_up, job)'),
        variable('instance', 'Instance', 'label_values(onetrip_up{job=~"$job"}, instance)'),
        variable('application', 'Application', 'label_values(onetrip_statements_total{job=~"$job"}, application)'),
        variable('datname', 'Database', 'label_values(onetrip_statements_total{job=~"$job", application=~"$application"}, datname)'),
        variable('label', 'Request', 'label_values(onetrip_window_statements_count{job=~"$job", application=~"$application"}, label)'),
        page,
      ],
    },
    annotations: {
      list: [
        {
          name: 'New causes',
          datasource,
          enable: true,
          iconColor: 'orange',
          target: {} as never,
          expr: `min by (rule, cause, label) (onetrip_finding_first_seen_timestamp_seconds${byRequest()}) * 1000`,
          useValueForTime: true,
          titleFormat: '{{rule}}',
          textFormat: '{{label}}',
        } as never,
      ],
    },
    panels: placed(panels),
  } as unknown as Dashboard;
}
