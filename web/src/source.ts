// Where the page reads from: the API of the process that served it, or, in a report, the data that
// stands in the page itself:
//
//   <script id="onetrip-data" type="application/json">
//     {"schema_version": 1, "title"?: "…", "findings": […], "windows"?: […], "statements"?: […],
//      "labels"?: […], "applications"?: […], "coverage"?: {…}, "verdict"?: {…}}
//   </script>
//
// `windows` are as GET /api/v1/windows/{id} gives them, all else as the call of that name. What
// `report --format json` writes may also stand there as it is: findings are then its problems'.

import type { Cost, Coverage, Finding, RequestRow, StatementRow, WindowDetail } from "./types";
import type { Verdict } from "./verdict";

export interface Report {
  schema_version: 1;
  title?: string;
  findings: Finding[];
  windows?: WindowDetail[];
  statements?: StatementRow[];
  labels?: RequestRow[];
  applications?: RequestRow[];
  coverage?: Coverage;
  verdict?: Verdict;
}

export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

function given(): Report | null {
  const element = document.getElementById("onetrip-data");
  if (!element) return null;
  const data = JSON.parse(element.textContent ?? "") as Report | (Verdict & Partial<Report>);
  if (!("problems" in data)) return data;
  const findings = data.findings ?? data.problems.flatMap((problem) => problem.finding ?? []);
  const { windows, statements, labels, applications } = data;
  return { schema_version: 1, findings, verdict: data, windows, statements, labels, applications };
}

export const report = given();

/** Whether a link there leads to something: a report holds what it was given, and no more. */
export function holds(view: string, id: string): boolean {
  if (!report) return true;
  if (view === "window") return report.windows?.some((one) => one.id === id) ?? false;
  if (view === "statement") return report.statements?.some((one) => one.fingerprint === id) ?? false;
  return true;
}

const TOKEN = "onetrip-token";
let token = report ? null : sessionStorage.getItem(TOKEN);

export function useToken(given: string) {
  token = given;
  sessionStorage.setItem(TOKEN, given);
}

/** A request to the API, with the token where one was given. Throws ApiError. */
export async function ask(path: string, signal?: AbortSignal): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(`/api/v1${path}`, {
      signal: signal ?? null,
      cache: "no-store",
      headers: token ? { Authorization: `Bearer ${token}` } : {},
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new ApiError(0, "The proxy does not answer. It may have ended.");
  }
  if (response.ok) return response;
  const body = (await response.json().catch(() => null)) as { error?: { message?: string } } | null;
  throw new ApiError(response.status, body?.error?.message ?? `The proxy answered ${response.status}.`);
}

/** The answer to GET /api/v1<path>, or what the report holds of it. */
export async function read<T>(path: string): Promise<T> {
  if (report === null) return (await ask(path)).json() as Promise<T>;
  return fromReport(report, path) as T;
}

const sorts: Record<string, (row: Cost) => number> = {
  total: (row) => row.total_ms,
  calls: (row) => row.calls,
  p99: (row) => row.p99_ms,
  rows: (row) => row.rows,
  bytes: (row) => row.bytes,
  errors: (row) => row.errors,
};

function fromReport(held: Report, path: string): unknown {
  const [place = "", query = ""] = path.split("?");
  const [, what, id] = place.split("/").map(decodeURIComponent);
  const wanted = new URLSearchParams(query);
  if (what === "findings" && id) return held.findings.find((one) => one.id === id) ?? missing("finding", id);
  if (what === "findings") {
    const window = wanted.get("window");
    return { findings: held.findings.filter((one) => !window || one.window.id === window) };
  }
  if (what === "windows" && id) {
    const window = held.windows?.find((one) => one.id === id || one.name === id);
    return window ? { window } : missing("window", id);
  }
  if (what === "windows") {
    const label = wanted.get("label");
    return { windows: held.windows?.filter((one) => !label || one.label === label) ?? [] };
  }
  if (what === "statements" && id) {
    const statement = held.statements?.find((one) => one.fingerprint === id);
    return statement ? { statement, callers: [], runs: [] } : missing("statement", id);
  }
  if (what === "statements") {
    const by = sorts[wanted.get("sort") ?? "total"] ?? sorts["total"]!;
    const sorted = <T extends Cost>(rows: T[] = []) => [...rows].sort((a, b) => by(b) - by(a));
    if (wanted.get("by") === "label") return { labels: sorted(held.labels) };
    if (wanted.get("by") === "application") return { applications: sorted(held.applications) };
    return { statements: sorted(held.statements) };
  }
  if (what === "coverage" && held.coverage) return held.coverage;
  throw new ApiError(404, `This report has no ${what}.`);
}

function missing(what: string, id: string): never {
  throw new ApiError(404, `This report has no ${what} ${id}.`);
}
