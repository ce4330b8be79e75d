"""Half of what is made up names things that are there, so that more is asked of than "no such session"."""

import json
import os
import zlib

import schemathesis

KNOWN = json.loads(os.environ.get("JURAT_KNOWN", "{}"))


def known(name, made_up):
    """One that is there instead of what was made up, or what was made up; always the same for the same."""
    there = KNOWN.get(name)
    luck = zlib.crc32(repr(made_up).encode())
    return there[luck // 2 % len(there)] if there and luck % 2 else made_up


@schemathesis.hook
def map_path_parameters(context, path_parameters):
    return {name: known(name, value) for name, value in (path_parameters or {}).items()}


@schemathesis.hook
def map_body(context, body):
    if not isinstance(body, dict):
        return body
    return {name: within(name, value) for name, value in body.items()}


def within(name, value):
    if isinstance(value, list):
        return [known(name, one) for one in value]
    return known(name, value)
