// Hash routes, so that every view can be linked to: #/finding/<id>, #/findings?rule=n-plus-one …

import { useEffect, useState } from "preact/hooks";
import { leave } from "./spot";

export interface Route {
  view: string;
  argument: string;
  query: URLSearchParams;
}

/** The list that a single thing stands in. */
export const above: Record<string, string> = { finding: "findings", window: "windows", statement: "statements" };

function parse(hash: string): Route {
  const [path = "", query = ""] = hash.replace(/^#\/?/, "").split("?");
  const slash = path.indexOf("/");
  const view = slash < 0 ? path : path.slice(0, slash);
  let argument = slash < 0 ? "" : path.slice(slash + 1);
  try {
    argument = decodeURIComponent(argument);
  } catch {
    // A broken escape stands for itself.
  }
  return { view: view || "findings", argument, query: new URLSearchParams(query) };
}

export function useRoute(): Route {
  const [route, setRoute] = useState(() => parse(location.hash));
  useEffect(() => {
    const changed = () => {
      leave();
      setRoute(parse(location.hash));
    };
    addEventListener("hashchange", changed);
    return () => removeEventListener("hashchange", changed);
  }, []);
  return route;
}

export function link(view: string, argument = "", query: Record<string, string> = {}): string {
  const entries = Object.entries(query).filter(([, value]) => value !== "");
  const path = argument ? `${view}/${encodeURIComponent(argument)}` : view;
  return `#/${path}${entries.length ? `?${new URLSearchParams(entries)}` : ""}`;
}

/** What is seen, as the tab's title. */
export function useTitle(what: string) {
  useEffect(() => {
    document.title = `${what} · Onetrip`;
  }, [what]);
}

/** The same view with other filters; no new entry of the history for each letter that is typed. */
export function refine(route: Route, change: Record<string, string>) {
  const query = { ...Object.fromEntries(route.query), ...change };
  history.replaceState(history.state, "", link(route.view, route.argument, query));
  dispatchEvent(new HashChangeEvent("hashchange"));
}
