// Server-sent events, read with fetch so that a token can be shown. While they cannot be had, the
// page asks every few seconds instead.

import { useEffect, useState } from "preact/hooks";
import { ApiError, ask, report } from "./source";
import type { Finding, WindowRow } from "./types";

export type LiveEvent =
  | { kind: "finding"; number: number; at: number; finding: Finding & { news: "first" | "again" } }
  | { kind: "window"; number: number; at: number; window: WindowRow }
  | { kind: "skipped"; number: number; at: number; findings: number; windows: number };

export type LiveState = "connecting" | "live" | "asking" | "report";

const kept = 500;
const retry = [1000, 2000, 5000];

class Live {
  state: LiveState = report ? "report" : "connecting";
  paused = false;
  missed = 0; // events since the pause
  events: LiveEvent[] = []; // newest first
  shown: LiveEvent[] = []; // the same, but for a pause
  refused: ApiError | null = null;
  version = 0; // of what views show; stands still during a pause
  private readonly listeners = new Set<() => void>();
  private number = 0;
  private attempt = 0;

  start() {
    if (report) return;
    void this.run();
    setInterval(() => this.state === "asking" && this.news(), 3000);
  }

  listen(changed: () => void): () => void {
    this.listeners.add(changed);
    return () => this.listeners.delete(changed);
  }

  pause(paused: boolean) {
    this.paused = paused;
    this.missed = 0;
    if (!paused) this.show();
    this.tell();
  }

  private tell() {
    for (const listener of this.listeners) listener();
  }

  private show() {
    this.version += 1;
    this.shown = this.events;
  }

  private news() {
    if (this.paused) this.missed += 1;
    else this.show();
    this.tell();
  }

  private async run() {
    for (;;) {
      try {
        await this.follow();
      } catch (error) {
        this.refused = error instanceof ApiError ? error : null;
      }
      this.state = "asking";
      this.tell();
      if (this.refused?.status === 401) return;
      await new Promise((done) => setTimeout(done, retry[Math.min(this.attempt++, retry.length - 1)]));
    }
  }

  private async follow() {
    const response = await ask("/events");
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    this.state = "live";
    this.refused = null;
    this.attempt = 0;
    this.news(); // what came before we listened
    let text = "";
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      text += value;
      const blocks = text.split("\n\n");
      text = blocks.pop() ?? "";
      let came = 0;
      for (const block of blocks) came += this.take(block);
      if (came > 0) this.news();
    }
  }

  /** One event: lines `event: …` and `data: …`. */
  private take(block: string): number {
    const field = (name: string) => block.match(new RegExp(`^${name}: ?(.*)$`, "m"))?.[1];
    const kind = field("event");
    const data = field("data");
    if (!kind || !data) return 0; // a comment, which keeps the connection
    const about = kind === "skipped" ? JSON.parse(data) : { [kind]: JSON.parse(data) };
    const event = { kind, number: ++this.number, at: Date.now(), ...about } as LiveEvent;
    // A window is told again when it has gone on: its newest state stands for it.
    const others = this.events.filter((one) => !(one.kind === "window" && event.kind === "window" && one.window.id === event.window.id));
    this.events = [event, ...others].slice(0, kept);
    return 1;
  }
}

export const live = new Live();

/** Renders again when something came, or the state changed. */
export function useLive(): Live {
  const [, changed] = useState(0);
  useEffect(() => {
    const render = () => changed((n) => n + 1);
    render(); // for what came before we listened
    return live.listen(render);
  }, []);
  return live;
}
