import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { useData } from "./data";
import { count } from "./format";
import { keys, startKeys } from "./keys";
import { useLive } from "./live";
import { arrive } from "./spot";
import { above, link, useRoute, type Route } from "./route";
import { report } from "./source";
import { switchTheme } from "./theme";
import type { Status } from "./types";
import { FindingView } from "./views/finding";
import { Findings } from "./views/findings";
import { LiveView } from "./views/live";
import { StatementView } from "./views/statement";
import { Statements } from "./views/statements";
import { StatusView } from "./views/status";
import { WindowView } from "./views/window";
import { Windows } from "./views/windows";

function View({ route }: { route: Route }) {
  const { view, argument } = route;
  const here = above[view] ?? view;
  if (report && !places().some(([place]) => place === here)) return <p>This is a report: it holds what one run showed, and no {here}.</p>;
  if (view === "finding") return <FindingView key={argument} id={argument} />;
  if (view === "windows") return <Windows route={route} />;
  if (view === "window") return <WindowView key={argument} id={argument} />;
  if (view === "statements") return <Statements route={route} />;
  if (view === "statement") return <StatementView key={argument} fingerprint={argument} />;
  if (view === "live") return <LiveView />;
  if (view === "status") return <StatusView />;
  return <Findings route={route} />;
}

/** What there is to see: in a report, only what it holds. */
function places(): [string, string][] {
  const all: [string, string, boolean][] = [
    ["findings", report?.verdict ? "Report" : "Findings", true],
    ["windows", "Requests", !report || Boolean(report.windows?.length)],
    ["statements", "Statements", !report || Boolean(report.statements?.length)],
    ["live", "Live", !report],
    ["status", "Status", !report || Boolean(report.coverage)],
  ];
  return all.filter(([, , here]) => here).map(([view, name]) => [view, name]);
}

export function App() {
  const route = useRoute();
  const help = useRef<HTMLDialogElement>(null);
  const main = useRef<HTMLElement>(null);
  const here = above[route.view] ?? route.view;
  useEffect(() => startKeys(() => help.current), []);
  useLayoutEffect(arrive, [route.view, route.argument]);
  useEffect(() => {
    // The view of a single thing names it.
    if (!above[route.view]) document.title = `${places().find(([view]) => view === here)?.[1] ?? "Findings"} · Onetrip`;
  }, [here, route.view]);
  return (
    <>
      <a class="skip" href="#main" onClick={(event) => (event.preventDefault(), main.current?.focus())}>
        To the content
      </a>
      <header>
        <a class="logo" href={link("findings")}>
          <svg viewBox="0 0 32 32" aria-hidden="true">
            <rect width="32" height="32" rx="8" />
            <path d="M8 16h14m-5-6 6 6-6 6" />
          </svg>
          Onetrip
        </a>
        <nav aria-label="Views">
          {places().map(([view, name]) => (
            <a key={view} href={link(view)} aria-current={here === view ? "page" : undefined}>
              {name}
              {view === "status" && !report && <Unchecked />}
            </a>
          ))}
        </nav>
        <Pulse />
        <button type="button" class="icon" aria-label="Dark or light" title="Dark or light (t)" onClick={switchTheme}>
          <svg viewBox="0 0 20 20" aria-hidden="true">
            <circle cx="10" cy="10" r="7.25" />
            <path d="M10 2.75a7.25 7.25 0 0 1 0 14.5z" />
          </svg>
        </button>
        <button type="button" class="icon" aria-label="Keys" title="Keys (?)" onClick={() => help.current?.showModal()}>
          ?
        </button>
      </header>
      <main id="main" ref={main} tabIndex={-1}>
        <View route={route} />
      </main>
      <Help dialog={help} />
    </>
  );
}

/** How many sentences the status has of what was not checked. */
function Unchecked() {
  const { value } = useData<Status>("/status", "often");
  const sentences = value?.not_checked.length ?? 0;
  return sentences > 0 ? (
    <span class="badge" title="What was not checked">
      {sentences}
    </span>
  ) : null;
}

function Pulse() {
  const live = useLive();
  if (live.state === "report") return <span class="pulse">Report</span>;
  const word = live.paused ? "Paused" : { live: "Live", connecting: "Connecting", asking: "Not live", report: "" }[live.state];
  return (
    <button
      type="button"
      class={`pulse ${live.paused ? "paused" : live.state}`}
      title={live.paused ? "Go on (p)" : "Pause (p)"}
      aria-pressed={live.paused}
      onClick={() => live.pause(!live.paused)}
    >
      <i />
      {word}
      {live.paused && live.missed > 0 && <small>{count(live.missed)} new</small>}
    </button>
  );
}

function Help({ dialog }: { dialog: { current: HTMLDialogElement | null } }) {
  return (
    <dialog ref={dialog} aria-labelledby="keys" onClick={(event) => event.target === dialog.current && dialog.current?.close()}>
      <form method="dialog">
        <h2 id="keys">Keys</h2>
        <dl class="keys">
          {keys.map(([key, does]) => [
            <dt key={key}>
              <kbd>{key}</kbd>
            </dt>,
            <dd key={does}>{does}</dd>,
          ])}
        </dl>
        <button type="submit">Close</button>
      </form>
    </dialog>
  );
}
