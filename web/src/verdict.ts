// What `report --format json` says of budgets. In a report's page it may stand alone as the data:
// the findings are then those of its problems.

import type { Finding, Severity } from "./types";

export interface Problem {
  kind: "finding" | "statements" | "repeats" | "rows" | "bytes" | "db_time";
  rule: string;
  level: Severity;
  news: "fresh" | "new_label" | "worsened";
  title: string;
  value: number;
  limit: { value: number; text: string | null; file: string | null; line: number | null } | null;
  baseline: number | null;
  repeat: { fingerprint: string; summary: string; text: string; count: number } | null;
  accept: string;
  places: { test: string | null; label: string; count: number }[];
  finding: Finding | null;
}

export interface Verdict {
  verdict: "broken" | "kept";
  version: string | null;
  budget: string | null; // null: Onetrip's defaults
  baseline: string | null;
  totals: Record<"tests" | "requests" | "set_up_windows" | "findings" | "errors" | "warnings" | "infos", number>;
  problems: Problem[];
  accepted: { by: string; rule: string | null; cause: string | null; reason: string | null; places: number }[];
  warnings: string[];
  coverage: { summary: string | null; labels: number; covered: number; uncovered: { label: string }[] };
}

export const news: Record<Problem["news"], string> = {
  fresh: "not in the baseline",
  new_label: "known, but not of this request",
  worsened: "worse than the baseline",
};
