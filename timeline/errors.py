"""What can go wrong in an edit. `EditError` goes back to whoever asked for the edit."""


class EditError(ValueError):
    """The edit cannot be made as asked; nothing was changed."""


class OutOfMedia(EditError):
    """The edit asks for source time that the footage does not have."""


class NoSuchItem(EditError):
    """The edit names a clip, gap, title or track that is not on the timeline."""


class ExchangeError(EditError):
    """An exchange file could not be written or read."""
