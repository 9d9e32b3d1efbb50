"""Judge: reads the sheet as the reader does. To score a prompt by a model, ask the model in place of `sort`."""

from evo.judging import Invalid

TRAYS = ("bill", "bug", "praise", "other")

PRACTICE = """
bill: I was charged twice in March, please send the money back
bill: where do I find the invoice for our team
bill: the refund has not arrived yet
bill: great, another charge that nobody ordered
bill: can I pay by bank transfer and get an invoice with our tax number
bug: the app crashes when I open the settings
bug: an error comes up each time I save
bug: it freezes on the start page since the update
bug: the invoice page shows an error and nothing else
bug: I love the new look but the search freezes
bug: thanks for the fix, but now the export crashes
praise: I love how fast it is, great work
praise: thanks to your support, everything went well
praise: great tool, we use it every day
praise: my team loves the new charts
other: do you have an office in Lisbon
other: please change the name on my account
other: which plan has the calendar
other: I would like to talk at your meeting in May
"""

FRESH = """
bill: you charged my old card
bill: the invoice of May is missing
bill: I want a refund for the second seat
bug: error 12 after the login
bug: it crashes on my old phone
bug: the map freezes when I zoom in
praise: love it
praise: thanks a lot, that was quick
praise: a great help for our school
other: how do I add a second user
other: is there a discount for schools
"""


def evaluate(output, params):
    rules = [rule(line) for line in str(output).splitlines() if line.strip()]
    messages = [
        line.split(": ", 1) for line in {"practice": PRACTICE, "fresh": FRESH}[params["messages"]].strip().splitlines()
    ]
    wrong = [(tray, text) for tray, text in messages if sort(rules, text) != tray]
    feedback = [
        f"wrong: {text!r} belongs to {tray}, came to {sort(rules, text) or 'no tray'}" for tray, text in wrong[:3]
    ]
    return {
        "objective": 1 - len(wrong) / len(messages),
        "feedback": "; ".join(feedback) or "every message is in its tray",
    }


def rule(line):
    words, colon, tray = line.rpartition(":")
    if not colon or tray.strip() not in TRAYS:
        raise Invalid(f"line {line[:60]!r}: expected `word, word: tray` with one of {', '.join(TRAYS)}")
    return [word.strip().lower() for word in words.split(",") if word.strip()], tray.strip()


def sort(rules, text):
    """Return the tray that a message comes to, "" for none."""
    return next((tray for words, tray in rules if words == ["else"] or any(word in text.lower() for word in words)), "")
