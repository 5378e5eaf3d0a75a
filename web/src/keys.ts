// What the keyboard does everywhere.

import { live } from "./live";
import { above } from "./route";
import { back } from "./spot";
import { switchTheme } from "./theme";

export const keys: [string, string][] = [
  ["/", "search"],
  ["j or ↓", "the next row"],
  ["k or ↑", "the row before"],
  ["Enter", "open it"],
  ["Esc", "leave the search, or go back"],
  ["1 … 5", "Findings, Requests, Statements, Live, Status"],
  ["p", "pause, or go on"],
  ["t", "dark or light"],
  ["?", "these keys"],
];

export const views = ["findings", "windows", "statements", "live", "status"];

function typing(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.matches("input, select, textarea") || target.isContentEditable);
}

function step(by: number) {
  const rows = [...document.querySelectorAll<HTMLElement>("[data-row]")];
  if (rows.length === 0) return;
  const at = rows.indexOf(document.activeElement as HTMLElement);
  const next = rows[at < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, at + by))]!;
  next.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}

function up() {
  const view = location.hash.match(/^#\/(\w+)/)?.[1] ?? "";
  if (above[view]) back(`#/${above[view]}`);
  else if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
}

export function startKeys(help: () => HTMLDialogElement | null) {
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || help()?.open) return;
    if (typing(event.target)) {
      if (event.key === "Escape") (event.target as HTMLElement).blur();
      return;
    }
    const view = views[Number(event.key) - 1];
    if (event.key === "/") document.getElementById("search")?.focus();
    else if (event.key === "j" || event.key === "ArrowDown") step(1);
    else if (event.key === "k" || event.key === "ArrowUp") step(-1);
    else if (event.key === "Escape") up();
    else if (event.key === "?") help()?.showModal();
    else if (event.key === "p") live.pause(!live.paused);
    else if (event.key === "t") switchTheme();
    else if (view) location.hash = `#/${view}`;
    else return;
    event.preventDefault();
  });
}
