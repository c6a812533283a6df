"""What can go wrong, as a tree. Each branch says who can mend it.

    RoughcutError
      CreatorError        shown to the creator with what to do
        ProjectBusy       another process has the project open for writing
        NotAProject       the folder holds no Roughcut project
        StaleProposal     the project changed since the proposal was shown
        NothingToDo       undo at the first state, redo at the last, no plan open
      BrainError          goes back to the brain as an observation
        BadArguments      a tool was asked with arguments it cannot use
        CapReached        a limit on turns, calls, tokens, money, seconds or disk was reached
      StoreError          the project file is damaged or from a newer Roughcut

`timeline.errors.EditError` (brain), `media.errors.MediaError` (creator) and
`generator.errors.GeneratorError` (creator) stand in their own rooms, which import none of ours.
A message says what was asked, what is so, and what to do, with values and units.
"""


class RoughcutError(Exception):
    """Any failure Roughcut can name."""


class CreatorError(RoughcutError):
    """The creator can mend this; the message says how."""


class ProjectBusy(CreatorError):
    """Another process has the project open for writing."""


class NotAProject(CreatorError):
    """The folder holds no Roughcut project."""


class StaleProposal(CreatorError):
    """The project changed since the proposal was shown; it is shown again, not run."""


class NothingToDo(CreatorError):
    """There is nothing to undo, redo, approve or resume."""


class BrainError(RoughcutError):
    """The brain can mend this by answering differently."""


class BadArguments(BrainError):
    """A tool was asked with arguments it cannot use."""


class CapReached(BrainError):
    """A limit set by the creator was reached."""


class StoreError(RoughcutError):
    """The project file is damaged, or written by a newer Roughcut."""
