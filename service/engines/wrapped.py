"""What engines around another engine have in common."""

from service.engines import Engine


class WrappedEngine:
    """Counts tokens as the engine inside does, and answers to its name."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.name = engine.name
        self.max_tokens = engine.max_tokens
        self.count_tokens = engine.count_tokens
