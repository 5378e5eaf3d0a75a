import { Loading, Scroll, Trouble } from "../parts/basics";
import { useData } from "../data";
import { clock, count, ms } from "../format";
import { link, refine, type Route } from "../route";
import { report } from "../source";
import type { WindowRow } from "../types";
import { nameOf, sources } from "../words";

export function Windows({ route }: { route: Route }) {
  const label = route.query.get("label") ?? "";
  const { value, error } = useData<{ windows: WindowRow[] }>(`/windows?limit=300${label && `&label=${encodeURIComponent(label)}`}`, "often");
  if (!value) return error ? <Trouble error={error} /> : <Loading />;
  return (
    <>
      <h1>Requests</h1>
      <p class="quiet">
        {report ? "Those that show what is to mend, the worst first." : "The newest first."} {label && (
          <>
            Of <b>{label}</b>{" "}
            <button type="button" class="plain" onClick={() => refine(route, { label: "" })}>
              show all
            </button>
          </>
        )}
      </p>
      {value.windows.length === 0 ? <p>{label ? "No request of this name is kept." : "No request was seen yet."}</p> : <WindowTable windows={value.windows} />}
    </>
  );
}

export function WindowTable({ windows }: { windows: WindowRow[] }) {
  return (
    <Scroll name="Requests">
      <table>
        <thead>
          <tr>
            <th scope="col">Request</th>
            <th scope="col">Opened</th>
            <th scope="col">Told apart by</th>
            <th scope="col" class="number">Statements</th>
            <th scope="col" class="number">Duration</th>
            <th scope="col" class="number">Findings</th>
          </tr>
        </thead>
        <tbody>
          {windows.map((window) => (
            <tr key={window.id}>
              <td>
                <a data-row href={link("window", window.id)}>
                  {window.label || window.application || "(no label)"}
                </a>{" "}
                <small>{nameOf(window)}</small>
                {window.open && <span class="tag">open</span>}
                {window.set_up && <span class="tag">set-up</span>}
                {window.saturated && <span class="tag likely">cannot be told apart</span>}
              </td>
              <td class="time">{clock(window.opened)}</td>
              <td>{sources[window.source].name}</td>
              <td class="number">{count(window.statements)}</td>
              <td class="number">{ms(window.duration_ms)}</td>
              <td class="number">{window.findings ? <b>{count(window.findings)}</b> : "–"}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
