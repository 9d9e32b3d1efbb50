"""The fewer operations are left in the shop, the more the work behind them counts."""


def behind(jobs, shop):
    return inner_behind(jobs, shop) - 0.3 * (1 - shop["left"]) * jobs["tail"]
