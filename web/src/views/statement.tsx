import { Chart } from "../parts/chart";
import { Absent, Code, Figure, Mark, Scroll, Section, Share, Statement } from "../parts/basics";
import { useData } from "../data";
import { bytes, clock, count, ms, percent, shortMs, word } from "../format";
import { link, useTitle } from "../route";
import type { Findings, Minute, StatementDetail } from "../types";

export function StatementView({ fingerprint }: { fingerprint: string }) {
  const { value, error } = useData<StatementDetail>(`/statements/${encodeURIComponent(fingerprint)}`, "often");
  const { value: found } = useData<Findings>("/findings?limit=10000", "live");
  useTitle(value?.statement.summary || "Statement");
  if (!value) return <Absent error={error} view="statements">It was not seen since Onetrip was started, and its history holds nothing of it.</Absent>;
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
        <Figure name={word(statement.calls, "call")}>{count(statement.calls)}</Figure>
        <Figure name="of all time">
          {percent(statement.share)} <Share value={statement.share} />
        </Figure>
        <Figure name="in all">{ms(statement.total_ms)}</Figure>
        <Figure name="until answers began" title="Of the time in all: until the first byte of each answer">{ms(statement.first_answer_ms)}</Figure>
        <Figure name="mean">{ms(statement.mean_ms)}</Figure>
        <Figure name="p50">{ms(statement.p50_ms)}</Figure>
        <Figure name="p95">{ms(statement.p95_ms)}</Figure>
        <Figure name="p99">{ms(statement.p99_ms)}</Figure>
        <Figure name={word(statement.rows, "row")}>{count(statement.rows)}</Figure>
        <Figure name="bytes">{bytes(statement.bytes)}</Figure>
        <Figure name={word(statement.errors, "error")} title={Object.entries(statement.errors_by_class ?? {}).map(([name, times]) => `SQLSTATE ${name}: ${count(times)}`).join(", ")}>
          {count(statement.errors)}
        </Figure>
        <Figure name={word(statement.windows, "request")}>{count(statement.windows)}</Figure>
      </dl>
      <Section title="Text" aside="values are left out">
        <Code name="the statement" sql text={statement.text} />
      </Section>
      {about.length > 0 && (
        <Section title="Findings about it">
          <ul class="found">
            {about.slice(0, 50).map((finding) => (
              <li key={finding.id}>
                <Mark severity={finding.severity} />
                <span>
                  <a data-row href={link("finding", finding.id)}>
                    {finding.title}
                  </a>{" "}
                  <small>{finding.label}</small>
                </span>
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
    <Scroll name="Callers">
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
    </Scroll>
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
