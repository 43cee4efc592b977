"""Gives fixed answers, for tests: ours, and those of programs that call us."""

from collections.abc import Callable, Iterable

from summariser.errors import EngineError
from summariser.types import Reply, Request, Usage

Answer = str | Reply | EngineError | Callable[[Request], str]


class CannedEngine:
    """Answers each request with the next of `answers`; an error among them is raised. Keeps the requests it was asked.

    `keeps` says whether the answers go into the cache, as a model's do; without it each run has its own.
    """

    name = "canned"

    def __init__(self, answers: Iterable[Answer], *, model: str | None = "canned", keeps: bool = False) -> None:
        self.model = model
        self.keeps = keeps
        self.requests: list[Request] = []
        self._answers = iter(answers)

    def ask(self, request: Request) -> Reply:
        """Return the next answer.

        Raises:
            LookupError: there are more requests than answers.
        """
        self.requests.append(request)
        answer = next(self._answers, None)
        if answer is None:
            raise LookupError(f"no answer left for request {len(self.requests)}")
        if isinstance(answer, EngineError):
            raise answer
        if isinstance(answer, Reply):
            return answer
        return Reply(answer if isinstance(answer, str) else answer(request), Usage(requests=1))
