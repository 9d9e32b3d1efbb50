"""All trials of a plan, in several processes; seed by seed, so that all arms have the same ones when the time is up."""

import resource
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor, as_completed
from functools import partial
from multiprocessing import get_context

from benchmarks.laboratory.ledger import Ledger, code
from benchmarks.laboratory.trial import pack_trial, synthetic_trial
from evo.canonical import canonical, fingerprint


def cpu_seconds():
    own, children = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def key_of(task, skills, arm, *, seed, samples, version):
    """Return what a trial is known by: all that it rests on."""
    about = {"task": task, "skill": skills.get(task.get("skill")), "arm": arm, "seed": seed, "samples": samples}
    return f"{version} {fingerprint(canonical(about))}"


def tried(job, *, ledger, plan, skills, version):
    """Run the arms of a task and a seed that were not run yet; return the seconds that it took.

    Args:
        job: task, seed and arms, by name.
        ledger: path of the ledger.
        plan: as declared, with the tasks as `all`.
        skills: as declared.
        version: of the code.
    """
    name, seed, arms = job
    task, samples, began = plan["all"][name], plan["samples"], cpu_seconds()
    book = Ledger(ledger)
    try:
        for arm in arms:
            key = key_of(task, skills, plan["arms"][arm], seed=seed, samples=samples, version=version)
            if book.trial(key) is None:
                book.add_trial(key, one(task, skills, plan["arms"][arm] or {}, book, seed=seed, samples=samples))
    finally:
        book.close()
    return cpu_seconds() - began


def one(task, skills, arm, book, *, seed, samples):
    if "family" in task:
        return synthetic_trial(task, skills, arm, seed, samples)
    return pack_trial(task, arm, seed, samples, book)


def _pool(jobs):
    """Return what runs trials: processes of their own, or threads of this one, one at a time, where one is enough."""
    return ThreadPoolExecutor(1) if jobs == 1 else ProcessPoolExecutor(jobs, mp_context=get_context("spawn"))


def gathered(plan, tasks, skills, options):
    """Run what is not there yet, seed by seed, and return task -> arm -> seed -> record of the seeds that are whole."""
    version, seeds = code(), range(options.seeds)
    plan = {**plan, "all": tasks}
    work = partial(tried, ledger=options.ledger, plan=plan, skills=skills, version=version)
    spent, done = 0.0, []
    with _pool(options.jobs) as pool:
        for seed in seeds:
            if done and spent * (seed + 1) / seed > 60 * options.cpu_minutes:
                print(f"seeds {seed} to {options.seeds - 1} would take more than {options.cpu_minutes} CPU minutes")
                break
            jobs = [pool.submit(work, (name, seed, options.arms)) for name in tasks]
            for job in as_completed(jobs):
                spent += job.result()
            done.append(seed)
            print(
                f"seed {seed}: {len(tasks)} tasks, {len(options.arms)} arms; {spent / 60:.1f} CPU min so far",
                flush=True,
            )
    book = Ledger(options.ledger)
    found = {
        name: {
            arm: {
                seed: book.trial(
                    key_of(task, skills, plan["arms"][arm], seed=seed, samples=plan["samples"], version=version)
                )
                for seed in done
            }
            for arm in options.arms
        }
        for name, task in tasks.items()
    }
    book.close()
    return found
