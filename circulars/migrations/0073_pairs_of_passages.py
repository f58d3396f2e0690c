"""The pairs of characters by which passages are found, as each database keeps them; ``manage.py index_circulars`` fills them.

PostgreSQL is told that the function is dear and keeps no figures of it, so that it asks the index and reckons no pairs while it answers.
"""

from django.db import migrations

_TABLE = "circulars_passage_pairs"
_FUNCTION = """
CREATE FUNCTION circulars_pairs(text) RETURNS integer[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 1000 AS
$$
SELECT coalesce(array_agg(DISTINCT pair), '{}'::integer[]) FROM (
    SELECT CASE kind WHEN 1 THEN code ELSE (code << 16) | following END AS pair
    FROM (
        SELECT ascii(character) & 65535 AS code, lead(ascii(character) & 65535) OVER (ORDER BY place) AS following
        FROM unnest(string_to_array($1, NULL)) WITH ORDINALITY AS characters (character, place)
    ) AS codes
    CROSS JOIN (VALUES (1), (2)) AS kinds (kind)
) AS pairs
WHERE pair IS NOT NULL
$$
"""


def make(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute(
            f"CREATE VIRTUAL TABLE {_TABLE} USING fts5(pairs, content='', detail=none, tokenize='ascii')"
        )
        return
    schema_editor.execute(_FUNCTION, params=None)
    schema_editor.execute(f"CREATE INDEX {_TABLE} ON circulars_passage USING gin (circulars_pairs(folded))")
    schema_editor.execute(f"ALTER INDEX {_TABLE} ALTER COLUMN 1 SET STATISTICS 0")


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute(f"DROP TABLE {_TABLE}")
        return
    schema_editor.execute(f"DROP INDEX {_TABLE}")
    schema_editor.execute("DROP FUNCTION circulars_pairs(text)")


class Migration(migrations.Migration):
    dependencies = [("circulars", "0072_full_text_search")]

    operations = [migrations.RunPython(make, drop)]
