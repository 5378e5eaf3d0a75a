import { useMemo } from "preact/hooks";
import { Loading, Scroll, Share, Statement, Trouble } from "../parts/basics";
import { Profile } from "../parts/profile";
import { colourOf } from "../colour";
import { useData } from "../data";
import { bytes, count, ms, percent } from "../format";
import { link, refine, type Route } from "../route";
import { report } from "../source";
import type { RequestRow, StatementRow } from "../types";

interface Answer {
  statements?: StatementRow[];
  labels?: RequestRow[];
  applications?: RequestRow[];
}

const sorts: Record<string, string> = { total: "Time", calls: "Calls", p99: "p99", rows: "Rows", bytes: "Bytes", errors: "Errors" };
const ofRequests = ["total", "calls", "errors"]; // of these, what a profile of requests is sorted by
const views: Record<string, string> = { "": "by statement", label: "by label", application: "by application" };

/** What there is: a report may hold no more than statements. */
function held(by: string): boolean {
  return !report || by === "" || Boolean(by === "label" ? report.labels?.length : report.applications?.length);
}

export function Statements({ route }: { route: Route }) {
  const sort = route.query.get("sort") ?? "total";
  const by = route.query.get("by") ?? "";
  const text = (route.query.get("q") ?? "").toLowerCase();
  const { value, error } = useData<Answer>(`/statements?limit=1000&sort=${encodeURIComponent(sort)}${by && `&by=${encodeURIComponent(by)}`}`, "often");
  if (!value) return error ? <Trouble error={error} /> : <Loading />;
  return (
    <>
      <h1>Statements</h1>
      <form class="filters" role="search" onSubmit={(event) => event.preventDefault()}>
        <input
          type="search"
          id="search"
          placeholder={by ? "Search names …" : "Search SQL …"}
          aria-label="Search statements"
          value={route.query.get("q") ?? ""}
          onInput={(event) => refine(route, { q: event.currentTarget.value })}
        />
        <Choice
          name="Profile"
          of={Object.entries(views).filter(([key]) => held(key))}
          value={by}
          choose={(key) => refine(route, { by: key, q: "", sort: key && !ofRequests.includes(sort) ? "" : sort })}
        />
        <Choice
          name="Largest first by"
          of={Object.entries(sorts).filter(([key]) => !by || ofRequests.includes(key))}
          value={sort}
          choose={(key) => refine(route, { sort: key })}
        />
      </form>
      {value.statements && <ByStatement rows={value.statements} text={text} />}
      {value.labels && <Profile by="label" rows={value.labels} text={text} />}
      {value.applications && <Profile by="application" rows={value.applications} text={text} />}
    </>
  );
}

function Choice({ name, of, value, choose }: { name: string; of: [string, string][]; value: string; choose: (key: string) => void }) {
  if (of.length < 2) return null;
  return (
    <div class="choice" role="group" aria-label={name}>
      {of.map(([key, shown]) => (
        <button key={key} type="button" aria-pressed={value === key} onClick={() => choose(key)}>
          {shown}
        </button>
      ))}
    </div>
  );
}

function ByStatement({ rows, text }: { rows: StatementRow[]; text: string }) {
  const fitting = useMemo(() => rows.filter((one) => `${one.summary}\n${one.text}\n${one.fingerprint}`.toLowerCase().includes(text)), [rows, text]);
  if (fitting.length === 0) return <p class="quiet">{rows.length ? "No statement fits." : "No statement was seen yet."}</p>;
  return <Table rows={fitting} />;
}

/** Lists of columns all look alike; what tells statements apart comes after them. */
function brief(text: string): string {
  return text.replace(/^SELECT .{24,}? FROM /s, "SELECT … FROM ");
}

function Table({ rows }: { rows: StatementRow[] }) {
  return (
    <Scroll name="Statements">
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
    </Scroll>
  );
}
