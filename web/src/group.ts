// Findings by cause, worst first, and filtered.

import type { Finding, Severity } from "./types";

export interface Cause {
  cause: string;
  worst: Finding;
  findings: Finding[];
  labels: string[];
  wasted: number; // the most that one request of it does
  windows: number;
  last: string | null;
}

export interface Filter {
  rule: string;
  label: string;
  severity: string;
  cause: string;
  text: string;
}

export const severities: Severity[] = ["error", "warning", "info"];

/** Findings come worst first, and so do causes by their worst. */
export function byCause(findings: Finding[]): Cause[] {
  const causes = new Map<string, Cause>();
  for (const finding of findings) {
    let known = causes.get(finding.cause);
    if (!known) {
      known = { cause: finding.cause, worst: finding, findings: [], labels: [], wasted: 0, windows: 0, last: null };
      causes.set(finding.cause, known);
    }
    known.findings.push(finding);
    if (!known.labels.includes(finding.label)) known.labels.push(finding.label);
    known.wasted = Math.max(known.wasted, finding.evidence.saved_ms);
    known.windows += finding.seen.windows;
    if (Date.parse(finding.seen.last ?? "") > Date.parse(known.last ?? "1970-01-01")) known.last = finding.seen.last;
  }
  return [...causes.values()];
}

/** Everything of a finding that one may look for. */
function words(finding: Finding): string {
  const { statement, parent, link, location } = finding;
  return [
    finding.title, finding.rule, finding.label, finding.cause, finding.id, finding.severity, finding.confidence,
    statement.text, statement.summary, statement.fingerprint, parent?.summary, parent?.text,
    link?.parent_column, link?.child_column, link?.foreign_key, location?.file, finding.advice.code,
  ].join("\n").toLowerCase();
}

export function matches(finding: Finding, filter: Filter): boolean {
  if (filter.rule && finding.rule !== filter.rule) return false;
  if (filter.label && finding.label !== filter.label) return false;
  if (filter.severity && finding.severity !== filter.severity) return false;
  if (filter.cause && finding.cause !== filter.cause) return false;
  if (!filter.text) return true;
  const text = words(finding);
  return filter.text.toLowerCase().split(/\s+/).every((word) => text.includes(word));
}

/** How many findings there are of each value, most first. */
export function tally(findings: Finding[], of: (finding: Finding) => string): [string, number][] {
  const counts = new Map<string, number>();
  for (const finding of findings) counts.set(of(finding), (counts.get(of(finding)) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
}
