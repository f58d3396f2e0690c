"""Rows are locked one by one, or many in the order of their keys: two acts at once wait for each other, and never in a ring."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.test_layers import FLOORS, ROOT

LOCK, ONE = "select_for_update", {"get", "first"}


def _sentences(tree: ast.AST) -> Iterator[tuple[int, dict[str, ast.Call]]]:
    """For each lock its line, and the calls of the chain in which it stands, by their names."""
    parent = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == LOCK):
            continue
        top: ast.AST = node
        while isinstance(above := parent[top], ast.Attribute) or (isinstance(above, ast.Call) and above.func is top):
            top = above
        calls: dict[str, ast.Call] = {}
        link: ast.AST = top
        while isinstance(link, (ast.Call, ast.Attribute)):
            if isinstance(link, ast.Call):
                if isinstance(link.func, ast.Attribute):
                    calls.setdefault(link.func.attr, link)
                link = link.func
            else:
                link = link.value
        yield node.lineno, calls


def _locks_in_order(calls: dict[str, ast.Call]) -> bool:
    """Whether it locks one row, or many by key alone; the last order that is asked for is the one that counts."""
    if ONE & calls.keys():
        return True
    asked = calls.get("order_by")
    return asked is not None and [ast.literal_eval(by) for by in asked.args] == ["pk"]


def _locks(path: Path) -> Iterator[tuple[int, bool]]:
    for line, calls in _sentences(ast.parse(path.read_text())):
        yield line, _locks_in_order(calls)


def test_whoever_locks_many_rows_locks_them_in_the_order_of_their_keys():
    found = {
        f"{path.relative_to(ROOT)}:{line}": in_order
        for floor in FLOORS
        for path in sorted((ROOT / floor).rglob("*.py"))
        for line, in_order in _locks(path)
    }
    assert len(found) > 30
    assert not [where for where, in_order in found.items() if not in_order], "say .order_by('pk') beside the lock"


def test_the_scene_itself_tells_an_order_from_none():
    def is_fine(text):
        return [_locks_in_order(calls) for _, calls in _sentences(ast.parse(text))] == [True]

    assert is_fine("A.objects.select_for_update().get(pk=1)")
    assert is_fine("list(rows.order_by('pk').select_for_update(of=('self',)).values_list('pk', flat=True))")
    assert not is_fine("rows.select_for_update().filter(a=1)")
    assert not is_fine("rows.order_by('pk').select_for_update().order_by('at', 'pk')")
    assert not is_fine("sorted(rows.select_for_update().values_list('pk'))")
    assert not is_fine("B.objects.order_by('pk').filter(a__in=A.objects.select_for_update())")
