"""The edits: pure functions `(timeline, ...) -> timeline`, with OpenTimelineIO's meanings.

Times are exact seconds on the timeline unless a range says `source`; spans are half-open.
An edit gives back a new timeline that passes `check`, or raises EditError and changes nothing.
A crossfade next to an edit is kept while the clips still have room for it, shortened when they
have less, and dropped when its cut is gone. Subtitles, lower thirds and markers ride with the
clip under them (see `riding`). New ids are made from the edit, so the same edit of the same
timeline gives the same bytes.
"""

from timeline.edits.alone import move_alone, trim_alone
from timeline.edits.extracting import extract
from timeline.edits.frames import snapped
from timeline.edits.invariants import check, problems
from timeline.edits.notes import (
    add_marker,
    add_title,
    remove_marker,
    remove_title,
    set_track,
)
from timeline.edits.ordering import delete, lift, move
from timeline.edits.placing import append, insert, overwrite, replace, replace_gap
from timeline.edits.shaping import ClipFields, roll, set_clip, slide, slip, split, split_sound, trim
from timeline.edits.transitions import crossfade, longest_fade, remove_transition

__all__ = [
    "ClipFields",
    "add_marker",
    "add_title",
    "append",
    "check",
    "crossfade",
    "delete",
    "extract",
    "insert",
    "lift",
    "longest_fade",
    "move",
    "move_alone",
    "overwrite",
    "problems",
    "remove_marker",
    "remove_title",
    "remove_transition",
    "replace",
    "replace_gap",
    "roll",
    "set_clip",
    "set_track",
    "slide",
    "slip",
    "snapped",
    "split",
    "split_sound",
    "trim",
    "trim_alone",
]
