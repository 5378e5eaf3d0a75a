import { useMemo } from "preact/hooks";
import { Chart } from "../parts/chart";
import { Code, Figure, Loading, Mark, Section, Share, Statement, Trouble } from "../parts/basics";
import { colourOf } from "../colour";
import { useData } from "../data";
import { bytes, clock, count, ms, percent, shortMs } from "../format";
import { link, refine, type Route } from "../route";
import type { Findings, Minute, StatementDetail, StatementRow } from "../types";

const sorts: Record<string, string> = { total: "Time", calls: "Calls", p99: "p99", rows: "Rows", bytes: "Bytes", errors: "Errors" };

export function Statements({ route }: { route: Route }) {
  const sort = route.query.get("sort") ?? "total";
  const text = (route.query.get("q") ?? "").toLowerCase();
  const { value, error } = useData<{ statements: StatementRow[] }>(`/statements?limit=1000&sort=${encodeURIComponent(sort)}`, "often");
  const fitting = useMemo(
    () => value?.statements.filter((one) => `${one.summary}\n${one.text}\n${one.fingerprint}`.toLowerCase().includes(text)) ?? [],
    [value, text],
  );
  if (!value) return error ? <Trouble error={error} /> : <Loading />;
  return (
    <>
      <h1>Statements</h1>
      <form class="filters" role="search" onSubmit={(event) => event.preventDefault()}>
        <input
          type="search"
          id="search"
          placeholder="Search SQL …"
          aria-label="Search statements"
          value={route.query.get("q") ?? ""}
          onInput={(event) => refine(route, { q: event.currentTarget.value })}
        />
        <div class="choice" role="group" aria-label="Largest first by">
          {Object.entries(sorts).map(([key, name]) => (
            <button key={key} type="button" aria-pressed={sort === key} onClick={() => refine(route, { sort: key })}>
              {name}
            </button>
          ))}
        </div>
      </form>
      {fitting.length === 0 ? <p class="quiet">{value.statements.length ? "No statement fits." : "No statement was seen yet."}</p> : <Table rows={fitting} />}
    </>
  );
}

/** Lists of columns all look alike; what tells statements apart comes after them. */
function brief(text: string): string {
  return text.replace(/^SELECT .{24,}? FROM /s, "SELECT … FROM ");
}

function Table({ rows }: { rows: StatementRow[] }) {
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label="Statements">
      <table class="statements">
        <thead>
          <tr>
            <th scope="col">Statement</th>
            <th scope="col" class="number">Calls</th>
            <th scope="col" class="number">Time</th>
            <th scope="col" class="number">Share</th>
            <th scope="col" class="number">p50</th>
            <th scope="col" class="number">p95</th>
            <th scope="col" class="number">p99</th>
            <th scope="col" class="number">Rows</th>
            <th scope="col" class="number">Bytes</th>
            <th scope="col" class="number">Errors</th>
            <th scope="col" class="number">Requests</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.fingerprint}>
              <td>
                <a data-row href={link("statement", row.fingerprint)}>
                  <Statement of={{ fingerprint: row.fingerprint, summary: row.fingerprint === "other" ? "All that had no room" : row.summary }} />
                </a>
                <small class="cut" title={row.text}>{brief(row.text)}</small>
              </td>
              <td class="number">{count(row.calls)}</td>
              <td class="number">{ms(row.total_ms)}</td>
              <td class="number">
                {percent(row.share)}
                <Share value={row.share} colour={colourOf(row.fingerprint)} />
              </td>
              <td class="number">{ms(row.p50_ms)}</td>
              <td class="number">{ms(row.p95_ms)}</td>
              <td class="number">{ms(row.p99_ms)}</td>
              <td class="number">{count(row.rows)}</td>
              <td class="number">{bytes(row.bytes)}</td>
              <td class="number">{row.errors ? <b class="error">{count(row.errors)}</b> : "–"}</td>
              <td class="number">{count(row.windows)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function StatementView({ fingerprint }: { fingerprint: string }) {
  const { value, error } = useData<StatementDetail>(`/statements/${encodeURIComponent(fingerprint)}`, "often");
  const { value: found } = useData<Findings>("/findings?limit=10000", "live");
  if (!value) return error ? <Trouble error={error} /> : <Loading />;
  const { statement, callers, runs, minutes = [] } = value;
  const about = found?.findings.filter((one) => one.statement.fingerprint === fingerprint || one.parent?.fingerprint === fingerprint) ?? [];
  return (
    <article>
      <p class="crumbs">
        <a href={link("statements")}>Statements</a>
      </p>
      <h1>
        <Statement of={statement} />
      </h1>
      <dl class="figures">
        <Figure name="calls">{count(statement.calls)}</Figure>
        <Figure name="of all time">
          {percent(statement.share)} <Share value={statement.share} />
        </Figure>
        <Figure name="in all">{ms(statement.total_ms)}</Figure>
        <Figure name="of it, until answers began">{ms(statement.first_answer_ms)}</Figure>
        <Figure name="mean">{ms(statement.mean_ms)}</Figure>
        <Figure name="p50">{ms(statement.p50_ms)}</Figure>
        <Figure name="p95">{ms(statement.p95_ms)}</Figure>
        <Figure name="p99">{ms(statement.p99_ms)}</Figure>
        <Figure name="rows">{count(statement.rows)}</Figure>
        <Figure name="bytes">{bytes(statement.bytes)}</Figure>
        <Figure name="errors" title={Object.entries(statement.errors_by_class ?? {}).map(([name, times]) => `SQLSTATE ${name}: ${count(times)}`).join(", ")}>
          {count(statement.errors)}
        </Figure>
        <Figure name="requests">{count(statement.windows)}</Figure>
      </dl>
      <Section title="Text" aside="values are left out">
        <Code name="the statement" sql text={statement.text} />
      </Section>
      {about.length > 0 && (
        <Section title="Findings about it">
          <ul class="found">
            {about.slice(0, 50).map((finding) => (
              <li key={finding.id}>
                <a data-row href={link("finding", finding.id)}>
                  <Mark severity={finding.severity} /> {finding.title} <small>{finding.label}</small>
                </a>
              </li>
            ))}
          </ul>
        </Section>
      )}
      {callers.length > 0 && (
        <Section title="Who asks it" aside="in the requests that are kept">
          <Callers callers={callers} />
        </Section>
      )}
      {minutes.length > 1 && (
        <Section title="Minute by minute" aside="of the history: p50, and p95 dashed">
          <Minutes minutes={minutes} />
        </Section>
      )}
      {runs.length > 1 && (
        <Section title="How long it took" aside={`its newest ${count(runs.length)} runs in the requests that are kept`}>
          <Latency runs={runs} />
        </Section>
      )}
    </article>
  );
}

function Callers({ callers }: { callers: StatementDetail["callers"] }) {
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label="Callers">
      <table>
        <thead>
          <tr>
            <th scope="col">Request</th>
            <th scope="col" class="number">Requests</th>
            <th scope="col" class="number">Calls</th>
            <th scope="col" class="number">Per request</th>
            <th scope="col" class="number">Time</th>
            <th scope="col" class="number">Mean</th>
          </tr>
        </thead>
        <tbody>
          {callers.map((one) => (
            <tr key={one.label}>
              <td>
                <a href={link("windows", "", { label: one.label })}>{one.label || "(no label)"}</a>
              </td>
              <td class="number">{count(one.windows)}</td>
              <td class="number">{count(one.calls)}</td>
              <td class="number">{(one.calls / one.windows).toFixed(1)}</td>
              <td class="number">{ms(one.total_ms)}</td>
              <td class="number">{ms(one.total_ms / one.calls)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Minutes({ minutes }: { minutes: Minute[] }) {
  const points = (figure: (one: Minute) => number) => minutes.map((one): [number, number] => [Date.parse(one.at), figure(one)]);
  const from = minutes[0]!.at;
  const days = Date.parse(minutes[minutes.length - 1]!.at) - Date.parse(from) > 86_400_000;
  const time = (value: number) => new Date(value).toISOString();
  return (
    <Chart
      name="How long it took, minute by minute"
      series={[
        { name: "p95", kind: "dashed", points: points((one) => one.p95_ms) },
        { name: "p50", kind: "line", points: points((one) => one.p50_ms) },
      ]}
      x={{ name: "time", time: true, show: (value) => (days ? time(value).slice(0, 10) : clock(time(value))) }}
      y={{ name: "how long it took", show: shortMs }}
    />
  );
}

function Latency({ runs }: { runs: StatementDetail["runs"] }) {
  const points = runs.map((one): [number, number] => [Date.parse(one.at), one.server_ms]).sort((a, b) => a[0] - b[0]);
  return (
    <Chart
      name="How long each run took, over time"
      series={[{ name: "took", kind: "dots", points }]}
      x={{ name: "time", time: true, show: (value) => clock(new Date(value).toISOString()) }}
      y={{ name: "how long each run took", show: shortMs }}
    />
  );
}
