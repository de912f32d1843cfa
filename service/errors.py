"""Everything that can go wrong, as one tree.

InterligneError
├── BadInput                what was sent cannot be translated; the caller can mend it
│   ├── EmptyText           nothing but blanks
│   ├── NotUtf8             bytes that are not UTF-8 text
│   ├── ControlCharacter    NUL or another character that no text contains
│   ├── TooLong             over the size limit
│   ├── NotFrench           detected as another language
│   ├── BadGlossary         a glossary that cannot be read, or contradicts itself
│   └── BadFile             broken, locked, too large inside, or of a kind that is not read
├── UnresolvedNames         strict mode: a name could not be put right
├── ModelError              the model folder, not the text, is at fault
│   ├── ModelMissing        no such folder, hub id or file
│   ├── ModelDamaged        a file differs from its SHA-256
│   └── ModelUnsupported    not a Marian model, or one with files we cannot read
├── EngineFailed            the engine gave up on a segment
├── Overloaded              too much is waiting; `retry_after` says when to come again
│   └── Late                it was taken, and others beside it made it late
├── Draining                the service is stopping and takes nothing new
├── DeadlinePassed          the time allowed is over, or would be
├── Cancelled               whoever asked no longer wants it
├── NotAllowed              the service asks for a key, and got none that will do
│   ├── KeyMissing          none was sent
│   ├── KeyUnknown          it is none of ours, or it was revoked
│   └── ScopeMissing        it is one of ours, but not for this
├── TooFast                 more than its key may ask; `retry_after` says when to go on
├── Unprotected             the service would be open to everybody, and was not told to be
├── FileFailed              a file could not be read or written
├── ClusterUnavailable      Ray is not installed, or its cluster does not answer
└── StoreError              the database, or what was asked of it
    ├── StoreUnavailable    it is down, read-only, full, or not one of ours
    ├── NotFound            it holds nothing by that name
    └── Conflict            what is there already forbids it
        └── Outdated        what was to be changed has been changed meanwhile

Each error says what is wrong (the message), where (`where`: a file, a line, a field) and what to do
(`hint`). `code` is its stable name for programs. Nothing here knows of HTTP or of exit codes.
"""

from service.article import Article


class InterligneError(Exception):
    """Base of every error that a user may see.

    Args:
        message: what is wrong, one sentence without a full stop.
        hint: what the user can do about it.
        where: the file, line, field or offset at fault.
    """

    code = "error"

    def __init__(self, message: str, *, hint: str = "", where: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.where = where


class BadInput(InterligneError):
    """What was sent cannot be translated as it is."""

    code = "bad_input"


class EmptyText(BadInput):
    """The text holds nothing but blanks."""

    code = "empty_text"


class NotUtf8(BadInput):
    """The bytes are not UTF-8."""

    code = "not_utf8"


class ControlCharacter(BadInput):
    """The text holds NUL or another control character that no text contains."""

    code = "control_character"


class TooLong(BadInput):
    """The text is over the size limit."""

    code = "too_long"


class NotFrench(BadInput):
    """The text was detected as another language than French."""

    code = "not_french"


class BadGlossary(BadInput):
    """A glossary cannot be read, or contradicts itself."""

    code = "bad_glossary"


class BadFile(BadInput):
    """A file is broken, locked, too large when unpacked, or of a kind that is not read."""

    code = "bad_file"


class UnresolvedNames(InterligneError):
    """Strict mode: at least one name could not be put right; `article` is whole all the same."""

    code = "unresolved_names"

    def __init__(self, message: str, article: Article, *, hint: str = "", where: str = "") -> None:
        super().__init__(message, hint=hint, where=where)
        self.article = article


class ModelError(InterligneError):
    """The model is at fault, not the text."""

    code = "model_error"


class ModelMissing(ModelError):
    """No such model folder, hub id or file."""

    code = "model_missing"


class ModelDamaged(ModelError):
    """A model file differs from its recorded SHA-256."""

    code = "model_damaged"


class ModelUnsupported(ModelError):
    """The folder is not a Marian model that we can run."""

    code = "model_unsupported"


class EngineFailed(InterligneError):
    """The engine gave up on a segment."""

    code = "engine_failed"


class Overloaded(InterligneError):
    """Too much is waiting already; `retry_after` is in seconds, from the measured speed."""

    code = "overloaded"

    def __init__(
        self, message: str, retry_after: float, *, hint: str = "", where: str = ""
    ) -> None:
        super().__init__(message, hint=hint, where=where)
        self.retry_after = retry_after


class Late(Overloaded):
    """It was taken and would have been in time alone; too much came beside it."""


class Draining(InterligneError):
    """The service is stopping: it finishes what it has and takes nothing new."""

    code = "draining"


class DeadlinePassed(InterligneError):
    """The time allowed is over, or would be before the work is done."""

    code = "deadline_passed"


class Cancelled(InterligneError):
    """Whoever asked no longer wants the answer."""

    code = "cancelled"


class NotAllowed(InterligneError):
    """The service asks for a key, and got none that will do."""

    code = "not_allowed"


class KeyMissing(NotAllowed):
    """No key was sent."""

    code = "key_missing"


class KeyUnknown(NotAllowed):
    """The key is none of ours, or it was revoked: which of the two is nobody's business."""

    code = "key_unknown"


class ScopeMissing(NotAllowed):
    """The key is one of ours, but not for this."""

    code = "scope_missing"


class TooFast(InterligneError):
    """More requests than the key may make; `retry_after` is in seconds."""

    code = "too_fast"

    def __init__(self, message: str, retry_after: float, *, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.retry_after = retry_after


class Unprotected(InterligneError):
    """The service would be open to everybody who reaches it, and was not told to be."""

    code = "unprotected"


class FileFailed(InterligneError):
    """A file could not be read or written."""

    code = "file_failed"


class ClusterUnavailable(InterligneError):
    """Ray is not installed, or its cluster does not answer."""

    code = "cluster_unavailable"


class StoreError(InterligneError):
    """The database is at fault, or does not hold what was asked of it."""

    code = "store_error"


class StoreUnavailable(StoreError):
    """The database is down, read-only, full, or not one of ours; it may be back soon."""

    code = "store_unavailable"


class NotFound(StoreError):
    """The database holds nothing by that name."""

    code = "not_found"


class Conflict(StoreError):
    """What is there already forbids it."""

    code = "conflict"


class Outdated(Conflict):
    """What was to be changed has been changed meanwhile."""

    code = "outdated"
