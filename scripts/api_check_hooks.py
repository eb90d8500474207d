"""Leads what is made up to where something is: half of the requests name the stated purpose and what the site has."""

import os
import zlib

import schemathesis

# The account whose key the requests carry: nobody is to give it a one-time password.
OURS = "quantri"
PURPOSE = int(os.environ["API_CHECK_PURPOSE"])
KNOWN = {
    "camera": "a",
    "name": "truc",
    "at": "2024-03-01T01:00:02Z",
    "from": "2024-03-01T00:00:00Z",
    "to": "2024-03-01T02:00:00Z",
    "lat": 18.07,
    "lon": 106.29,
    "radius_m": 5000.0,
    "phrase": "1/3/2024 lúc 8h",
    "cameras": ["a", "b"],
}


def lead(values):
    """The same values, those that are well formed led to what is there; always the same way for the same values."""
    if not isinstance(values, dict):
        return values
    led = dict(values)
    for field, value in values.items():
        if field == "name" and value == OURS:
            led[field] = KNOWN["name"]
        if zlib.crc32(repr((field, value)).encode()) % 2:
            continue
        if field == "purpose" and isinstance(value, int) and not isinstance(value, bool):
            led[field] = PURPOSE
        elif field in KNOWN and type(value) is type(KNOWN[field]):
            led[field] = KNOWN[field]
    return led


@schemathesis.hook
def map_body(context, body):
    return lead(body)


@schemathesis.hook
def map_query(context, query):
    return lead(query)


@schemathesis.hook
def map_path_parameters(context, path_parameters):
    return lead(path_parameters)
