"""The published JSON Schema of `acceptance.json`: derived from the records, kept as a file beside them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from punie.evaluation.records import Acceptance

SCHEMA_FILE: Final = Path(__file__).parents[1] / "acceptance.schema.json"


def acceptance_schema() -> dict[str, Any]:
    """The schema, draft 2020-12, of what `write_acceptance` writes."""
    found = Acceptance.model_json_schema(by_alias=True, mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **found, "title": "acceptance.json of Punie"}


def schema_text() -> str:
    """The schema as it stands in the file."""
    return json.dumps(acceptance_schema(), indent=2, ensure_ascii=True) + "\n"


if __name__ == "__main__":
    SCHEMA_FILE.write_text(schema_text(), encoding="utf-8")
