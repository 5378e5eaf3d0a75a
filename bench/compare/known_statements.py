"""How many statements a second, each of a known shape, the worker handles on one core: what the microbenchmarks of the
whole engine say."""

import json
import subprocess

FILTER = "^engine_(prepared|simple|tagged)"


def known_statements(program):
    """From benchmark to statements a second; and a sentence that says why there are none, empty where there are."""
    try:
        done = subprocess.run([program, f"--benchmark_filter={FILTER}", "--benchmark_format=json"],
                              capture_output=True, text=True, check=True, timeout=300)
        rates = {one["name"]: one["items_per_second"] for one in json.loads(done.stdout or "{}").get("benchmarks", [])}
    except (OSError, subprocess.SubprocessError, ValueError) as error:
        return {}, str(error)
    except KeyError as error:
        return {}, f"a benchmark gives no {error}"
    return rates, "" if rates else f"no benchmark is called {FILTER}"
