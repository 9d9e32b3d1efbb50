"""The offline proposer: a stand-in for a model that edits programs by rule, with a problem's textbook ideas."""

from __future__ import annotations

from evo.llm.offline.proposer import Offline, OfflineClient

__all__ = ["Offline", "OfflineClient"]
