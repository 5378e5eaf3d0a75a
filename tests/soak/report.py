"""The table that scripts/soak prints at its end."""

MIB = 1 << 20


def percentile(values, part):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))]


def print_report(soak):
    metric = soak.proxy.api.metric
    rows = [("connections", soak.total("connections")), ("statements, all answers right", soak.total("statements")),
            ("connections lost to faults", soak.total("lost")),
            ("attempts to connect while server or proxy was away", soak.total("not_connected")),
            ("statements cancelled by others", soak.total("cancelled_by_others")),
            *((f"fault: {name}", count) for name, count in sorted(soak.injected.items())),
            ("the proxy's kill: all sessions ended after, ms", f"{soak.sessions_ended_ms:.1f}"),
            ("executions not analysed, ring full", int(metric("onetrip_events_dropped_total") or 0)),
            ("proxy: CPU seconds", f"{soak.cpu:.1f}"),
            ("proxy: resident MiB, after a quarter and at the end",
             f"{soak.resident_before / MIB:.1f}, {soak.resident_after / MIB:.1f}")]
    width = max(len(name) for name, _ in rows) + 2
    for name, value in rows:
        print(f"{name:<{width}}{value}")
    print(f"\n{'the other side learned after, ms':<{width}}{'way':<9}{'n':>5}{'p50':>9}{'p99':>9}{'max':>9}")
    for (fault, way), took in sorted(soak.learned.items()):
        figures = "".join(f"{value:>9.2f}" for value in (percentile(took, 0.5), percentile(took, 0.99), max(took)))
        print(f"{fault:<{width}}{way:<9}{len(took):>5}{figures}")
    print("\nnothing lost, changed, leaked or left running")
