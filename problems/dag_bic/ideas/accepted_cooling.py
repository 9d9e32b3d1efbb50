"""Go on with a worse order now and then, more seldom as time goes on."""

import math
import random


def accepted(change, share):
    return change < 0 or random.Random(change).random() < math.exp(-change / (2.0 * (1.01 - share)))
