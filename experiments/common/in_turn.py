"""Trainings one after the other, each in a folder of its own."""
from experiments.common.divergence import DivergenceError
from experiments.common.interrupts import RunInterruptedError


def train_in_turn(trainings, restart=False, report=print):
    """Runs trainings in turn.

    Args:
        trainings: list of pairs: what is trained, for messages, and a function without arguments
            that trains it, or returns the results at once where that is done.
        restart: whether the trainings are started over, for messages.
        report: called with lines of text.

    Returns:
        List of what the functions returned.

    Raises:
        RunInterruptedError: the message says which training was interrupted and how many are
            complete.
        DivergenceError: the message says the same.
    """
    results, which = [], None
    try:
        for which, train in trainings:
            report(f'network {len(results) + 1} of {len(trainings)}: {which}')
            results.append(train())
    except DivergenceError as diverged:
        raise DivergenceError(f'{which}: {diverged}. {_complete(results, trainings)}') from diverged
    except RunInterruptedError as interrupted:
        raise RunInterruptedError(
            f'{which}: {interrupted}. {_kept(results, trainings, restart)}',
            interrupted.status - 128) from interrupted
    except KeyboardInterrupt as interrupt:
        raise RunInterruptedError(
            f'{which}: interrupted outside of its training steps. '
            f'{_kept(results, trainings, restart)}') from interrupt
    return results


def _kept(results, trainings, restart):
    complete = _complete(results, trainings)
    if restart:
        # The same command would throw them away.
        return f'{complete}; the command without --restart keeps them and goes on from here'
    return f'{complete}; the same command keeps them and goes on from here'


def _complete(results, trainings):
    return f'{len(results)} of {len(trainings)} networks are complete'
