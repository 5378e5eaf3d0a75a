import { useState } from "preact/hooks";
import { Mark, Times } from "../parts/basics";
import { clock, count, ms, plural } from "../format";
import { link } from "../route";
import { useLive, type LiveEvent } from "../live";

const shown = 200;

export function LiveView() {
  const live = useLive();
  const [only, setOnly] = useState(false);
  const events = live.shown.filter((event) => !only || event.kind === "finding");
  return (
    <>
      <h1>Live</h1>
      <div class="filters">
        <button type="button" class="button" aria-pressed={live.paused} aria-keyshortcuts="p" onClick={() => live.pause(!live.paused)}>
          {live.paused ? `Go on${live.missed ? ` (${count(live.missed)} new)` : ""}` : "Pause"}
        </button>
        <div class="choice" role="group" aria-label="Show">
          <button type="button" aria-pressed={!only} onClick={() => setOnly(false)}>
            requests and findings
          </button>
          <button type="button" aria-pressed={only} onClick={() => setOnly(true)}>
            findings
          </button>
        </div>
        <span class="quiet">the newest {shown} of this page's visit</span>
      </div>
      {events.length === 0 && <p class="quiet">{live.state === "live" ? "Nothing came yet. What the application asks is shown here as its requests end." : "The live feed cannot be had just now; trying again."}</p>}
      <ol class="tail" aria-label="Events, the newest first">
        {events.slice(0, shown).map((event) => (
          <Line key={event.number} event={event} />
        ))}
      </ol>
    </>
  );
}

function Line({ event }: { event: LiveEvent }) {
  const time = <time>{clock(new Date(event.at).toISOString())}</time>;
  if (event.kind === "finding") {
    const { finding } = event;
    return (
      <li class="event">
        {time}
        <Mark severity={finding.severity} />
        <a data-row href={link("finding", finding.id)}>
          {finding.title}
        </a>
        <Times value={finding.evidence.count} />
        <small>
          {finding.label}{" "}
          {finding.news === "first" && <span class="tag accent">new</span>}
        </small>
      </li>
    );
  }
  if (event.kind === "window") {
    const { window } = event;
    return (
      <li>
        {time}
        <a data-row href={link("window", window.id)}>
          {window.label || window.application || "request"}
        </a>
        <small>
          {plural(window.statements, "statement")} in {ms(window.duration_ms)}
          {window.findings ? `, ${plural(window.findings, "finding")}` : ""}
          {window.open && ", open"}
        </small>
      </li>
    );
  }
  return (
    <li class="quiet">
      {time}
      <span>
        … and {plural(event.windows, "request")}
        {event.findings > 0 && ` and ${plural(event.findings, "finding")}`} more
      </span>
    </li>
  );
}
