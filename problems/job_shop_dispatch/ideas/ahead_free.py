"""Later the jobs whose next machine will not be free for them."""

import numpy as np


def ahead(jobs, shop):
    return 0.3 * np.maximum(jobs["next_free"] - jobs["start"] - jobs["time"], 0)
