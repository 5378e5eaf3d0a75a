"""Findings as the API gives them, held against what examples/bookshop/expectations.json says of a page."""


def due(page, rows):
    """What the page should give with so many rows."""
    return [one for one in page["findings"] if rows >= one["min_rows"]]


def expected_key(expected):
    """Without a parent there is no link, and the child column stands in the statement only."""
    parent = expected["parent_column"] or ""
    return expected["rule"], parent, expected["child_column"] if parent else ""


def found_key(finding):
    link = finding["link"] or {}
    return finding["rule"], link.get("parent_column", ""), link.get("child_column", "")


def tables_of_chain(finding):
    """Outermost parent first, the repeated statement last; empty when the loop is not nested."""
    steps = [*finding["chain"], finding["statement"]] if finding["chain"] else []
    return [step["summary"].split()[1] for step in steps]


def check_finding(test, finding, expected, tags):
    """All but the counts."""
    link, advice = finding["link"], finding["advice"]
    if expected["confidence"]:
        test.assertEqual(finding["confidence"], expected["confidence"])
    if link:
        test.assertEqual(link["direction"], expected["direction"])
        test.assertEqual(link["foreign_key"] or None, expected["foreign_key"])
    if not expected["parent_column"]:
        test.assertIsNone(link)
        test.assertIn('"%s"."%s" =' % tuple(expected["child_column"].split(".")), finding["statement"]["text"])
    test.assertEqual(tables_of_chain(finding), expected["chain"])
    text = f"{advice['sql']}\n{advice['code']}"
    if expected["advice_contains"]:
        test.assertIn(expected["advice_contains"], text)
    if expected.get("advice_lacks"):
        test.assertNotIn(expected["advice_lacks"], text)
    test.assertEqual(advice["orm"], "django")
    if tags == "on":
        test.assertEqual(finding["label"], expected["label"])
        test.assertEqual((finding["location"] or {}).get("file"), expected["file"])
        test.assertEqual(finding["window"]["source"], "trace")
    else:
        test.assertEqual(finding["window"]["source"], "idle_gap")
    test.assertNotIn("Author 1", str(finding))  # no value of a row is shown
