#!/usr/bin/env python3
"""Validates JSON by a schema of docs/protocol/schemas.

usage: validate.py SCHEMA FILE...    a FILE that ends with .jsonl has a document on each line
Needs Python 3.9 and the package jsonschema, 4 or later (Debian: python3-jsonschema).
Ends with 0 where every document is valid, with 1 where one is not, with 2 where a file cannot be read.
"""

import json
import pathlib
import sys
import warnings

warnings.simplefilter("ignore", DeprecationWarning)
try:
    from jsonschema import Draft202012Validator, RefResolver
    from jsonschema.exceptions import best_match
except ImportError:
    print("error: the package jsonschema is missing, or is older than 4\n"
          "help: apt-get install python3-jsonschema, and use /usr/bin/python3", file=sys.stderr)
    sys.exit(2)


def once(members):
    """An object in which no name stands twice: a schema does not see that."""
    names = [name for name, _ in members]
    if len(set(names)) != len(names):
        raise ValueError("a name stands twice")
    return dict(members)


def documents(path):
    """Each document of a file, with where it stands."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".jsonl":
        yield path, text
        return
    # Not splitlines: a text may hold what Unicode takes for the end of a line.
    for number, line in enumerate(text.rstrip("\n").split("\n"), 1):
        yield f"{path}:{number}", line


def validator(path):
    """The schema of a file. What it refers to lies beside it."""
    schema = json.loads(path.read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema, resolver=RefResolver(path.resolve().as_uri(), schema))


def main(arguments):
    if len(arguments) < 2:
        print(__doc__, file=sys.stderr)
        return 2
    schema = validator(pathlib.Path(arguments[0]))
    valid, faults = 0, 0
    for place, text in (document for name in arguments[1:] for document in documents(pathlib.Path(name))):
        try:
            fault = best_match(schema.iter_errors(json.loads(text, object_pairs_hook=once)))
        except ValueError as error:
            print(f"{place}: {error}")
            faults += 1
            continue
        if fault is None:
            valid += 1
            continue
        faults += 1
        at = "/".join(str(part) for part in fault.absolute_path)
        print(f"{place}: at {at or 'the top'}: {fault.message[:300]}")
    print(f"{valid} valid, {faults} not")
    return 1 if faults else 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except OSError as error:
        print(f"error: {error}\nhelp: name a schema of docs/protocol/schemas, and files of JSON", file=sys.stderr)
        sys.exit(2)
