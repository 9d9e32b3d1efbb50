CHOICES = []


def choose(jobs, coming, shop):
    CHOICES.append(shop["left"])
    return 0 if sorted(CHOICES, reverse=True) == CHOICES else -1
