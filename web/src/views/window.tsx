import { useMemo, useState } from "preact/hooks";
import { Absent, Code, Figure, Mark, Scroll, Section, Statement, To } from "../parts/basics";
import { Minimap, type Range } from "../parts/minimap";
import { Waterfall } from "../parts/waterfall";
import { coloursOf } from "../colour";
import { useData } from "../data";
import { bars, lanes, repeats, rows, sums } from "../fold";
import { bytes, clock, count, ms, percent, plural, word } from "../format";
import { link, useTitle } from "../route";
import type { Findings, WindowDetail } from "../types";
import { goneRequest, nameOf, sources, titleOf } from "../words";

export function WindowView({ id }: { id: string }) {
  const { value, error } = useData<{ window: WindowDetail }>(`/windows/${encodeURIComponent(id)}`, "once");
  const { value: found } = useData<Findings>(value && `/findings?window=${encodeURIComponent(id)}`, "once");
  useTitle(value ? `${titleOf(value.window)} ${nameOf(value.window)}` : "Request");
  if (!value) return <Absent error={error} view="windows">{goneRequest} What was found in it stays among the findings.</Absent>;
  const { window } = value;
  return (
    <article>
      <p class="crumbs">
        <a href={link("windows")}>Requests</a> <span aria-hidden="true">/</span>{" "}
        <a href={link("windows", "", { label: window.label })}>{window.label || "(no label)"}</a>
      </p>
      <h1>
        {titleOf(window)} <small>{nameOf(window)}</small>
      </h1>
      <p class="quiet">
        {window.application && <>{window.application} on </>}
        {window.database}
        {window.opened && <> at {clock(window.opened)}</>}; told apart by <b>{sources[window.source].name}</b>. {sources[window.source].means}
        {window.open && " It is still open."}
        {window.set_up && " It is set-up (DDL or migrations), which no rule judges."}
        {window.saturated && " Requests on this connection cannot be told apart: what follows may be of several."}
      </p>
      {found && found.findings.length > 0 && (
        <ul class="found">
          {found.findings.map((finding) => (
            <li key={finding.id}>
              <Mark severity={finding.severity} />
              <a data-row href={link("finding", finding.id)}>
                {finding.title}
              </a>
            </li>
          ))}
        </ul>
      )}
      {window.executions.length === 0 ? <p>No statement of it was kept.</p> : <Executions window={window} />}
    </article>
  );
}

function Executions({ window }: { window: WindowDetail }) {
  const { executions } = window;
  const all = useMemo(() => bars(executions), [executions]);
  const total = useMemo(() => sums(all), [all]);
  const known = useMemo(() => repeats(executions), [executions]);
  const colours = useMemo(
    () => coloursOf([...known].sort((a, b) => b[1].times - a[1].times).map(([fingerprint]) => fingerprint)),
    [known],
  );
  const [open, setOpen] = useState<ReadonlySet<number>>(new Set());
  const [range, setRange] = useState<Range>([0, total.end]);
  const [selected, select] = useState(-1);
  const [apart, setApart] = useState(true);
  const lines = useMemo(
    () => (apart ? lanes(all) : [all]).flatMap((lane) => rows(executions, lane, open)),
    [executions, all, open, apart],
  );
  const toggle = (key: number) => {
    const next = new Set(open);
    if (!next.delete(key)) next.add(key);
    setOpen(next);
  };
  const connections = Math.max(...all.map((bar) => bar.connection));
  return (
    <>
      <dl class="figures">
        <Figure name={word(executions.length, "statement")}>{count(executions.length)}</Figure>
        <Figure name={word(known.size, "shape")}>{count(known.size)}</Figure>
        <Figure name="database time">{ms(total.database)}</Figure>
        <Figure name="the application thought" title="Between an answer and the next statement on the same connection">
          {ms(total.think)}
        </Figure>
        <Figure name="in all">{ms(total.end)}</Figure>
        <Figure name={word(connections, "connection")}>{count(connections)}</Figure>
      </dl>
      <Minimap bars={all} executions={executions} colours={colours} end={total.end} range={range} change={setRange} />
      {connections > 1 && (
        <div class="choice" role="group" aria-label="Order">
          <button type="button" aria-pressed={apart} onClick={() => setApart(true)}>
            by connection
          </button>
          <button type="button" aria-pressed={!apart} onClick={() => setApart(false)}>
            by time
          </button>
        </div>
      )}
      <Waterfall
        rows={lines}
        executions={executions}
        known={known}
        colours={colours}
        range={range}
        lanes={connections > 1}
        selected={selected}
        select={select}
        toggle={toggle}
      />
      {selected >= 0 && <Selected window={window} at={selected} known={known} think={all[selected]!.think} colour={colours} />}
      <Section title="Shapes" aside="what this request asked, the most repeated first">
        <Shapes window={window} known={known} colours={colours} total={total.database} />
      </Section>
    </>
  );
}

function textOf(window: WindowDetail, fingerprint: string): string {
  return window.shapes?.find((one) => one.fingerprint === fingerprint)?.text ?? "";
}

interface Repeats {
  known: Map<string, { times: number; again: number }>;
}

function Selected({ window, at, known, think, colour }: Repeats & { window: WindowDetail; at: number; think: number; colour: Map<string, string> }) {
  const execution = window.executions[at]!;
  const times = known.get(execution.fingerprint)!;
  const text = textOf(window, execution.fingerprint);
  const feeder = window.executions.find((one) => one.fingerprint === execution.fed_by);
  return (
    <div class="selected" role="region" aria-label="The chosen statement">
      <p class="line">
        <b>{count(at + 1)}</b>
        <To view="statement" id={execution.fingerprint}>
          <Statement of={execution} colour={colour.get(execution.fingerprint)} />
        </To>
        <span>{ms(execution.server_ms)}</span>
        <span>{plural(execution.rows, "row")}</span>
        <span>{bytes(execution.bytes)}</span>
        {think > 0 && <span>after {ms(think)} of thought</span>}
        {execution.error && <span class="tag error">failed with {execution.error}</span>}
      </p>
      <p class="quiet">
        {times.times > 1 && `One of ${count(times.times)} similar ones. `}
        {typeof execution.same_as === "number" && `A duplicate: number ${count(execution.same_as + 1)} asked the same, with the same values. `}
        {feeder && `Fed by the rows of ${feeder.summary}. `}
        {execution.finding && <a href={link("finding", execution.finding)}>Show the finding</a>}
      </p>
      {text && <Code name="the chosen statement" sql text={text} />}
    </div>
  );
}

function Shapes({ window, known, colours, total }: Repeats & { window: WindowDetail; colours: Map<string, string>; total: number }) {
  const shapes = useMemo(() => {
    const spent = new Map<string, { summary: string; time: number; rows: number }>();
    for (const one of window.executions) {
      const shape = spent.get(one.fingerprint) ?? { summary: one.summary, time: 0, rows: 0 };
      shape.time += one.server_ms;
      shape.rows += one.rows;
      spent.set(one.fingerprint, shape);
    }
    return [...spent].sort((a, b) => known.get(b[0])!.times - known.get(a[0])!.times || b[1].time - a[1].time);
  }, [window, known]);
  return (
    <Scroll name="Shapes">
      <table>
        <thead>
          <tr>
            <th scope="col">Statement</th>
            <th scope="col" class="number">Similar</th>
            <th scope="col" class="number">Duplicate</th>
            <th scope="col" class="number">Rows</th>
            <th scope="col" class="number">Time</th>
            <th scope="col" class="number">Share</th>
          </tr>
        </thead>
        <tbody>
          {shapes.slice(0, 200).map(([fingerprint, shape]) => (
            <tr key={fingerprint}>
              <td title={textOf(window, fingerprint)}>
                <To view="statement" id={fingerprint}>
                  <Statement of={{ fingerprint, summary: shape.summary }} colour={colours.get(fingerprint)} />
                </To>
              </td>
              <td class="number">{known.get(fingerprint)!.times > 1 ? count(known.get(fingerprint)!.times) : "–"}</td>
              <td class="number">{known.get(fingerprint)!.again > 0 ? count(known.get(fingerprint)!.again) : "–"}</td>
              <td class="number">{count(shape.rows)}</td>
              <td class="number">{ms(shape.time)}</td>
              <td class="number">{percent(total > 0 ? shape.time / total : 0)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {shapes.length > 200 && <p class="quiet">and {count(shapes.length - 200)} more</p>}
    </Scroll>
  );
}
