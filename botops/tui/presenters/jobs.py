"""Jobs: a job and a queue as cells, lines and facts."""

import json
from collections.abc import Sequence

from botops.jobs.views import AttemptView, JobView, QueueView
from botops.tui.keymap import Fact
from botops.tui.presenters import meaning
from botops.tui.presenters.cells import Cell, Line, Tone, line
from botops.tui.presenters.words import (
    count,
    exact_span,
    job_look,
    moment,
    plural,
    span,
    thing,
)

SHORT_ID = 5
ENDED = ("completed", "discarded", "cancelled")
AGAIN = ("discarded", "cancelled", "retryable", "scheduled")
STATE_WORDS = {
    "waiting": ("available", "scheduled"),
    "running": ("running",),
    "done": ("completed",),
    "again": ("retryable",),
    "failed": ("discarded",),
    "stopped": ("cancelled",),
}
_LABEL = 11
_BAR = 12


def row(job: JobView, now: float) -> tuple[Cell, ...]:
    """Return the cells of a job in the list: id, what, about, state, tries."""
    return (
        Cell(job.id[-SHORT_ID:], Tone.FAINT),
        Cell(thing(job.kind)),
        Cell(job.about or "—", Tone.PLAIN if job.about else Tone.FAINT),
        state_cell(job, now),
        Cell(f"{job.attempt}/{job.max_attempts}", Tone.MUTED),
    )


def state_cell(job: JobView, now: float) -> Cell:
    """Return glyph and word of a job's state, or how long it runs or has to wait."""
    look = job_look(job.state)
    word = look.word
    if job.state == "running":
        word = "stopping" if job.cancel_requested else _running_for(job, now)
    elif job.state in ("retryable", "scheduled") and job.run_at > now:
        word = f"in {span(job.run_at - now)}"
    return Cell(f"{look.glyph} {word}", look.tone)


def _running_for(job: JobView, now: float) -> str:
    """Return how far a running job is, else how long it runs."""
    if job.progress and job.progress[1]:
        return f"{count(job.progress[0])} of {count(job.progress[1])}"
    return span(now - (job.started_at or now))


def facts(jobs: Sequence[JobView]) -> set[Fact]:
    """Return what may be done with these jobs."""
    found = {Fact.QUEUE} if jobs else set()
    if any(job.state in AGAIN for job in jobs):
        found.add(Fact.RETRYABLE)
    if any(job.state not in ENDED for job in jobs):
        found.add(Fact.CANCELLABLE)
    return found


def title(job: JobView) -> str:
    """Return the title of a job's box."""
    return f"{job.id[-SHORT_ID:]}  {thing(job.kind)}"


def detail(job: JobView, now: float) -> list[Line]:
    """Return everything about a job that people ask first."""
    look = job_look(job.state)
    tries = f"   try {job.attempt} of {job.max_attempts}" if job.attempt else ""
    lines = [line(look.cell, Cell(tries, Tone.MUTED)), line("")]
    lines += _facts(job, now)
    if job.progress and job.state == "running":
        lines += [line(""), progress(job.progress)]
    if job.attempts:
        lines += [line(""), line(Cell("Tries", Tone.STRONG))]
        lines += [_attempt(attempt, now) for attempt in reversed(job.attempts)]
    return lines


def words(job: JobView) -> list[Line]:
    """Return what a job's state and error mean."""
    return [
        line(""),
        line(Cell("What it means", Tone.STRONG)),
        line(meaning.of_job(job.state, job.error)),
        line(""),
    ]


def progress(done_of: tuple[int, int, str]) -> Line:
    """Return counted work as a bar and words."""
    done, total, label = done_of
    filled = done * _BAR // total if total else 0
    return line(
        Cell("━" * filled, Tone.BUSY), Cell("━" * (_BAR - filled), Tone.FAINT),
        f"  {count(done)} of {count(total)} {label}",
    )  # fmt: skip


def raw(job: JobView) -> tuple[str, list[Line]]:
    """Return what is folded below a job, with its title: the full error, else the arguments."""
    if job.error:
        lines = job.error.splitlines()
        return f"full error  ({plural(len(lines), 'line')})", _quoted(lines)
    return "arguments", _quoted(arguments(job).splitlines())


def arguments(job: JobView) -> str:
    """Return the arguments of a job as JSON."""
    return json.dumps(job.args, ensure_ascii=False, indent=2, default=str)


def _quoted(lines: Sequence[str]) -> list[Line]:
    return [line(Cell(f"  {text.expandtabs(4)}", Tone.MUTED)) for text in lines[:200]]


def _facts(job: JobView, now: float) -> list[Line]:
    found = [("about", job.about or "—"), ("queue", job.queue)]
    if job.state in ("retryable", "scheduled"):
        found.append(("next try", f"{moment(job.run_at, now)}  in {span(job.run_at - now)}"))
    found.append(("added", moment(job.created_at, now)))
    if job.started_at:
        found.append(("started", moment(job.started_at, now)))
    if job.finished_at and job.state in ENDED:
        took = exact_span(job.finished_at - job.started_at) if job.started_at else ""
        found.append(("ended", f"{moment(job.finished_at, now)}   {took}".rstrip()))
    if job.rescue_count:
        found.append(("put back", plural(job.rescue_count, "time")))
    return [line(Cell(f"{name:<{_LABEL}}", Tone.MUTED), value) for name, value in found]


def _attempt(attempt: AttemptView, now: float) -> Line:
    end = attempt.finished_at
    took = exact_span(end - attempt.started_at) if end and attempt.started_at else ""
    if attempt.error:
        word = Cell(f"✗ {attempt.error.splitlines()[0]}", Tone.BAD)
    else:
        word = Cell("✓ done", Tone.GOOD) if end else Cell("▶ running", Tone.BUSY)
    return line(
        Cell(f"{moment(attempt.started_at, now)}  ", Tone.MUTED),
        Cell(f"{took:<7} ", Tone.MUTED),
        word,
    )


def retry_lines(queues: Sequence[QueueView]) -> list[Line]:
    """Return how many failed jobs there are in which queue, for the question before R."""
    lines = [
        line(Cell(f"{count(queue.failed):>6}  ", Tone.STRONG), queue.name)
        for queue in queues
        if queue.failed
    ]
    return [*lines, line(""), line(Cell("Each starts anew, with all its tries.", Tone.MUTED))]
