"""Speed and quality, measured side by side with the floor or a peer: `python -m benchmarks`."""
