"""Makes footage: one request type, several backends. Imports no other room."""

import os

# read by torch's threads when torch is loaded, so it must be said before: threads that wait for
# each other sleep. Those that spin lose their turn to whatever else the machine does, and a shot
# then takes up to six times as long.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
