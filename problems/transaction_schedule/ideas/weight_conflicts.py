"""Whoever has conflicts with many is let in early."""


def weight(which, delay, lengths):
    return int((delay[which] > NEVER).sum())
