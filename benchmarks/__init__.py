"""Speed and quality, measured side by side with the floor or a peer: `python -m benchmarks`."""

import generator  # noqa: F401 - before torch: see there
