"""Loaded by the proxy: writes down the usage of every call that it passed on."""

import json
import os
from pathlib import Path

from litellm.integrations.custom_logger import CustomLogger


class Tally(CustomLogger):
    async def async_log_success_event(self, kwargs, response_obj, start_time, end_time):
        usage = response_obj.usage
        with Path(os.environ["EVO_TALLY"]).open("a", encoding="utf-8") as file:  # noqa: ASYNC230 - a line
            file.write(json.dumps([usage.prompt_tokens, usage.completion_tokens]) + "\n")


tally = Tally()
