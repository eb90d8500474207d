"""Leads what is made up to where something is: most requests name the stated purpose and what the site has."""

import os
import zlib

import schemathesis

# The account whose key the requests carry: nobody is to give it a one-time password.
OURS = "quantri"
KNOWN = {
    "purpose": int(os.environ["API_CHECK_PURPOSE"]),
    "camera": "a",
    "recording": os.environ["API_CHECK_RECORDING"],
    "name": "truc",
    "at": "2024-03-01T01:00:02Z",
    "pts_us": 1_000_000,
    "from": "2024-03-01T00:00:00Z",
    "to": "2024-03-01T02:00:00Z",
    "lat": 18.07,
    "lon": 106.29,
    "radius_m": 5000.0,
    "phrase": "1/3/2024 lúc 8h",
    "cameras": ["a", "b"],
    "trace": int(os.environ["API_CHECK_TRACE"]),
}
# What is entered into a trace serves the trace's own purpose.
ENTRIES = ("/seen", "/looked")


def lead(values, looks):
    """Puts what is there in the place of most values that were made up; always the same way for the same values."""
    for field, value in list(values.items()):
        chosen = zlib.crc32(repr((field, value)).encode()) % 4
        kept = isinstance(value, dict) or value is None and field != "purpose"
        if field in KNOWN and chosen and not kept:
            values[field] = KNOWN[field]
        if isinstance(value, dict):
            lead(value, False)
    if looks and KNOWN.keys() & values.keys() & {"from", "lat", "phrase", "at", "pts_us"}:
        values.setdefault("purpose", KNOWN["purpose"])


@schemathesis.hook
def before_call(context, case, kwargs):
    if (case.path_parameters or {}).get("name") == OURS:
        case.path_parameters["name"] = KNOWN["name"]
    # What was made to be wrong has to stay so.
    if case.meta is not None and case.meta.generation.mode.is_positive:
        for part in (case.path_parameters, case.query, case.body):
            if isinstance(part, dict):
                lead(part, not case.operation.path.endswith(ENTRIES))
