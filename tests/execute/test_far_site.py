import asyncio
from pathlib import Path

from evo.evaluate.graph import Graph  # noqa: F401 - the judge's code is there to be started
from evo.execute.far_site import FarSite, request
from evo.execute.frames import unpack
from evo.execute.parcel import pack_folder
from evo.testing.tasks import CONTROL, score, task


async def asked(*requests, parcels=()):
    site = FarSite("auto")
    given = [*parcels, *({} for _ in requests)]
    try:
        return [unpack(await site.work(each, given[place])) for place, each in enumerate(requests)], site._home
    finally:
        await site.close()


def test_bytes_come_and_bytes_go_and_nothing_is_left():
    (answer,), home = asyncio.run(asked(request("run", task(CONTROL), None)))
    assert answer["value"]["output"] == b'[3,"honest"]'
    assert not home.exists()


def test_a_judges_folder_is_asked_for_once(tmp_path: Path):
    question = score(tmp_path, "def evaluate(output, params):\n    return {'objective': output}\n")
    sent = {question.folder.digest: pack_folder(question.folder)}
    (tmp_path / "evaluate.py").unlink()
    asking = request("judge", None, question)
    (first, second, third), _ = asyncio.run(asked(asking, asking, asking, parcels=({}, sent)))
    assert first == {"lacks": [question.folder.digest]}
    assert second["value"]["value"]["objective"] == third["value"]["value"]["objective"] == 3.0


def test_what_a_program_is_given_has_to_be_there():
    from evo.execute.executor import Grants

    (answer,), _ = asyncio.run(asked(request("run", task(CONTROL, grants=Grants(readable=("/nowhere/x",))), None)))
    assert "/nowhere/x is not on this node" in answer["infra"]
