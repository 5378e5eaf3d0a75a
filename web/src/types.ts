// What the API answers (docs of it: README, "HTTP API"). Times are milliseconds unless named otherwise.

export type Severity = "error" | "warning" | "info";

export interface StatementName {
  fingerprint: string;
  summary: string;
  text: string;
}

export interface Result extends StatementName {
  rows: number;
}

export interface Link {
  parent_column: string;
  parent_columns: string[];
  child_column: string;
  matched: number;
  distinct: number;
  in_row_order: boolean;
  foreign_key: string | null;
  direction: "forward" | "reverse" | "many_to_many" | "refetch" | null;
  alternatives?: string[];
}

export interface WindowName {
  id: string;
  name?: string;
  source: "trace" | "tag" | "savepoint" | "idle_gap" | "named";
  connections: number;
  statements: number;
  duration_ms: number;
}

export interface Finding {
  id: string;
  cause: string;
  rule: string;
  severity: Severity;
  confidence: "proven" | "likely" | "possible";
  title: string;
  label: string;
  window: WindowName;
  statement: StatementName;
  parent: Result | null;
  link: Link | null;
  chain: Result[];
  location: { file: string; line: number; function: string | null; source: string | null } | null;
  evidence: {
    count: number;
    distinct_values: number;
    rows: number;
    total_ms: number;
    saved_ms: number;
    what_if: { latency_ms: number; saved_ms: number }[];
    growth: "linear" | "constant" | null;
    count_at_1000_rows?: number;
    sizes?: { rows: number; count: number }[];
  };
  advice: { sql: string | null; orm: string | null; code: string | null; sure: boolean; why: string | null };
  seen: { windows: number; first: string | null; last: string | null; worst_count: number; examples: string[] };
}

export interface FindingDetail extends Finding {
  kept_windows?: string[]; // of those that it names; a report holds what it holds
}

export interface WindowRow extends WindowName {
  label: string;
  application: string;
  database: string;
  open: boolean;
  saturated: boolean;
  set_up: boolean;
  opened?: string;
  findings?: number;
}

export interface Execution {
  offset_ms: number;
  server_ms: number;
  rows: number;
  bytes: number;
  fingerprint: string;
  summary: string;
  finding: string | null;
  fed_by: string | null;
  connection?: number;
  same_as?: number | null;
  error?: string | null;
}

export interface WindowDetail extends WindowRow {
  executions: Execution[];
  shapes?: StatementName[];
}

export interface Cost {
  calls: number;
  errors: number;
  rows: number;
  bytes: number;
  windows: number;
  total_ms: number;
  first_answer_ms: number;
  mean_ms: number;
  p50_ms: number;
  p95_ms: number;
  p99_ms: number;
  share: number;
  errors_by_class: Record<string, number>;
  missed_at_most_ms: number; // that it took before it was told apart
}

export interface StatementRow extends StatementName, Cost {}

/** With the rows of a request's largest result; null where it is not known. */
export interface Trend {
  is: "linear" | "constant";
  at_1000_rows?: number;
}

/** What requests cost together: of one label, or of one application. */
export interface RequestRow extends Cost {
  label?: string;
  application?: string;
  think_ms: number;
  statements_per_window: number;
  ms_per_window: number;
  growth: { statements: Trend | null; ms: Trend | null };
}

export interface StatementDetail {
  statement: StatementRow;
  callers: { label: string; windows: number; calls: number; total_ms: number }[];
  runs: { at: string; server_ms: number; rows: number; window: string }[];
  minutes?: Minute[]; // of the history, in the order of time
}

export interface Minute {
  at: string;
  calls: number;
  errors: number;
  rows: number;
  bytes: number;
  total_ms: number;
  p50_ms: number;
  p95_ms: number;
  p99_ms: number;
}

export interface Status {
  version: string;
  state: string;
  uptime_s: number;
  analysis: { enabled: boolean; sample: number };
  listen: string[];
  connections: { open: number; total: number; failed: Record<string, number>; accept_errors: number };
  upstreams: { address: string; up: boolean | null; error?: string }[]; // null: not asked yet
  ring: { depth: number; capacity: number; dropped: number };
  statements: {
    total: number;
    ignored: number;
    noise: number;
    by_kind: Record<string, number>;
    unparsable: Record<string, number>;
    errors: Record<string, number>;
  };
  blind: Record<string, number>;
  windows: {
    open: number;
    opened: Record<string, number>;
    saturated: number;
    evicted: number;
    dropped_statements: number;
  };
  findings: { open: number; by_rule: Record<string, number> };
  catalogs: Record<string, string>;
  store?: { state: string; path?: string; why?: string; bytes?: number };
  not_checked: string[];
  not_checked_details: { message: string; fix: string }[];
}

export interface Coverage {
  uncovered: string[];
  labels: { label: string; windows: number; most_rows: number; covered: boolean }[];
  windows_of_other_labels: number;
}

export interface Findings {
  findings: Finding[];
}
