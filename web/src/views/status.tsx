import { Figure, Loading, Section, Share, Trouble } from "../parts/basics";
import { useData } from "../data";
import { bytes, count, duration, percent, plural, word } from "../format";
import { link } from "../route";
import { report } from "../source";
import type { Coverage, Status } from "../types";
import { blindness, sources } from "../words";

function sum(counts: Record<string, number>): number {
  return Object.values(counts).reduce((all, one) => all + one, 0);
}

export function StatusView() {
  const { value, error } = useData<Status>(report ? null : "/status", "often");
  const { value: coverage } = useData<Coverage>("/coverage", "often");
  if (report) return coverage ? <Covered coverage={coverage} /> : <p>This report says nothing of what was not checked.</p>;
  if (!value) return error ? <Trouble error={error} /> : <Loading />;
  return (
    <>
      <h1>Status</h1>
      <p class="quiet">
        onetrip {value.version}, {value.state} for {duration(value.uptime_s)}; listens on {value.listen.join(", ")}
      </p>
      <Section title="What was not checked">
        {value.not_checked.length === 0 ? (
          <p class="notice fine">Everything that came through was looked at.</p>
        ) : (
          <ul class="notices">
            {value.not_checked.map((sentence) => (
              <li key={sentence} class="notice warning">
                {sentence}
              </li>
            ))}
          </ul>
        )}
      </Section>
      <Traffic status={value} />
      <Sessions status={value} />
      {value.store && value.store.state !== "off" && (
        <Section title="History" aside="what outlives a restart">
          <p class={value.store.why ? "notice warning" : ""}>{value.store.why ?? `${value.store.path}, ${bytes(value.store.bytes ?? 0)}`}</p>
        </Section>
      )}
      <Section title="Catalogs" aside="foreign keys make proofs">
        {Object.keys(value.catalogs).length === 0 ? (
          <p class="quiet">None was needed yet.</p>
        ) : (
          <dl class="facts">
            {Object.entries(value.catalogs).map(([database, state]) => [<dt key={database}>{database}</dt>, <dd key={`${database}/state`}>{state}</dd>])}
          </dl>
        )}
      </Section>
      {coverage && <Covered coverage={coverage} />}
    </>
  );
}

function Upstream({ of: { address, up, error } }: { of: Status["upstreams"][number] }) {
  const state = up === null ? "was not asked yet" : up ? "answers" : `does not answer: ${error ?? "not reached"}`;
  return (
    <>
      <i class={`dot ${up === null ? "unknown" : up ? "fine" : "error"}`} /> {address} {state}
    </>
  );
}

function Traffic({ status }: { status: Status }) {
  const { ring, statements, connections } = status;
  return (
    <Section title="Traffic">
      <dl class="figures">
        <Figure name={word(connections.open, "connection open", "connections open")}>{count(connections.open)}</Figure>
        <Figure name={word(connections.total, "connection in all", "connections in all")}>{count(connections.total)}</Figure>
        <Figure name={word(statements.total, "statement")}>{count(statements.total)}</Figure>
        <Figure name="set-up and noise" title="BEGIN, SET, catalog lookups: no rule and no budget counts them">
          {count(statements.noise)}
        </Figure>
        <Figure name="ignored">{count(statements.ignored)}</Figure>
        <Figure name="failed">{count(sum(statements.errors))}</Figure>
        <Figure name={`of ${count(ring.capacity)} places in the ring`}>
          {count(ring.depth)} <Share value={ring.capacity ? ring.depth / ring.capacity : 0} />
        </Figure>
        <Figure name="dropped, as the ring was full">{count(ring.dropped)}</Figure>
      </dl>
      <ul class="plain-list">
        {status.upstreams.map((upstream) => (
          <li key={upstream.address}>
            <Upstream of={upstream} />
          </li>
        ))}
      </ul>
      {!status.analysis.enabled && <p class="notice warning">Analysis is switched off.</p>}
      {status.analysis.sample < 1 && <p class="notice">{percent(status.analysis.sample)} of the sessions are looked at.</p>}
    </Section>
  );
}

function Sessions({ status }: { status: Status }) {
  const { blind, windows, statements } = status;
  const opened = Object.entries(windows.opened).filter(([, times]) => times > 0);
  const all = sum(windows.opened);
  return (
    <Section title="What could be told apart and read">
      <p>
        {all === 0
          ? "No request was seen yet."
          : `${plural(all, "request")}, told apart: ${opened.map(([source, times]) => `${count(times)} by ${sources[source as keyof typeof sources].name}`).join(", ")}.`}{" "}
        {windows.saturated > 0
          ? `${plural(windows.saturated, "window")} ${word(windows.saturated, "holds", "hold")} requests that cannot be told apart.`
          : all > 0 && "None of them holds several that could not be told apart."}
      </p>
      <p>
        {sum(blind) === 0
          ? "No session was blind."
          : `${plural(sum(blind), "session")} went through without being looked at: ${Object.entries(blind)
              .map(([reason, times]) => `${count(times)} ${blindness[reason] ?? reason}`)
              .join(", ")}.`}{" "}
        {sum(statements.unparsable) === 0 ? "Every statement could be parsed." : `${plural(sum(statements.unparsable), "statement")} could not be parsed.`}{" "}
        {windows.dropped_statements > 0 && `${plural(windows.dropped_statements, "statement")} came after all that is kept of one request.`}
      </p>
    </Section>
  );
}

function Covered({ coverage }: { coverage: Coverage }) {
  const { uncovered, labels } = coverage;
  return (
    <Section title="Coverage" aside="where silence proves nothing">
      {labels.length === 0 ? (
        <p class="quiet">No request was judged yet.</p>
      ) : uncovered.length === 0 ? (
        <p>
          {labels.length === 1 ? "The one kind of request" : `Each of ${count(labels.length)} kinds of request`} returned a result of two rows at
          least once: a loop could have been seen.
        </p>
      ) : (
        <>
          <p>
            {count(uncovered.length)} of {plural(labels.length, "kind")} of request never returned a result of two rows, so no loop could show there:
          </p>
          <ul class="labels">
            {uncovered.slice(0, 200).map((label) => (
              <li key={label}>
                <a href={link("windows", "", { label })}>{label || "(no label)"}</a>
              </li>
            ))}
          </ul>
        </>
      )}
    </Section>
  );
}
