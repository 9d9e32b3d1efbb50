"""Strict decoding: every refusal says why, and nothing but `Invalid` ever comes out."""

import json
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evo.judging import Invalid, decode
from evo.judging.invalid import REASON_MAX_BYTES

REFUSED = {
    "nan": (b"[NaN]", "contains NaN"),
    "infinity": (b"[-Infinity]", "contains -Infinity"),
    "float overflow": (b"[1e999]", "beyond the range of a double"),
    "long integer": (b"[" + b"9" * 5000 + b"]", "5000 characters"),
    "long float": (b"[0." + b"1" * 5000 + b"]", "5002 characters"),
    "duplicate key": (b'{"a": 1, "a": 2}', "'a' twice"),
    "deep list": (b"[" * 65 + b"]" * 65, "deeper than 64"),
    "very deep list": (b"[" * 100_000, "deeper than 64"),
    "deep object": (b'{"a":' * 66 + b"1" + b"}" * 66, "deeper than 64"),
    "not utf-8": (b'["\xff"]', "not UTF-8"),
    "bom": (b"\xef\xbb\xbf[1]", "not JSON"),
    "full-width digits": ("[\uff11]".encode(), "not JSON"),
    "arabic digits in a number": ("[1\u0662]".encode(), "not JSON"),
    "two values": (b"[1] [2]", "not JSON"),
    "trailing comma": (b"[1,]", "not JSON"),
    "leading zero": (b"[01]", "not JSON"),
    "hexadecimal": (b"[0x10]", "not JSON"),
    "raw control character": (b'["\x00"]', "not JSON"),
    "empty": (b"", "not JSON"),
    "blank": (b" \n", "not JSON"),
}


@pytest.mark.parametrize(("raw", "reason"), REFUSED.values(), ids=REFUSED)
def test_refuses(raw, reason):
    with pytest.raises(Invalid) as caught:
        decode(raw)
    assert reason in caught.value.reason


def test_size_is_checked_before_anything_is_parsed():
    with pytest.raises(Invalid, match="10000000 bytes; expected 8000000 at most"):
        decode(b"\xff" * 10_000_000)
    assert decode(b"[1]", max_bytes=3) == [1]
    with pytest.raises(Invalid):
        decode(b"[10]", max_bytes=3)


def test_types_are_those_of_the_text():
    data = decode(b'[1, 1.0, -0, 1e2, true, null, "a", {"b": []}]')
    assert data == [1, 1.0, 0, 100.0, True, None, "a", {"b": []}]
    assert [type(x) for x in data] == [int, float, int, float, bool, type(None), str, dict]


def test_64_levels_are_allowed():
    raw = b"[" * 64 + b"]" * 64
    assert json.dumps(decode(raw)).encode() == raw


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=20,
)


@given(JUNK)
@settings(max_examples=150, deadline=None)
def test_round_trip(value):
    back = decode(json.dumps(value).encode())
    assert repr(back) == repr(value)


@given(st.binary(max_size=60) | st.text(alphabet='[]{}",:0123456789.eE+-NaInfity\\u ', max_size=60).map(str.encode))
@settings(max_examples=300, deadline=None)
def test_any_bytes_give_data_or_invalid(raw):
    reason, text = "", ""
    try:
        text = json.dumps(decode(raw), allow_nan=False)
    except Invalid as refusal:
        reason = refusal.reason
    assert bool(reason) != bool(text)


def test_reasons_are_cut_to_2_kb_of_valid_utf8():
    for text in ("x" * 5000, "é" * 5000, "\ud800" * 5000):
        reason = Invalid(text).reason
        assert REASON_MAX_BYTES - 3 <= len(reason.encode()) <= REASON_MAX_BYTES
    assert str(Invalid("why")) == "why"


def test_importing_is_cheap_and_stays_in_the_standard_library():
    script = (
        "import sys; before = set(sys.modules); import evo.judging; "
        "new = {m.split('.')[0] for m in set(sys.modules) - before}; "
        "print(sorted(new - set(sys.stdlib_module_names)), "
        "sorted(m for m in sys.modules if m.startswith('evo.') and not m.startswith('evo.judging')), "
        "'fractions' in sys.modules, 'dataclasses' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['evo'] [] False False"
