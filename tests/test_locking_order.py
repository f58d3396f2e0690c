"""Rows are locked one by one, or many in the order of their keys: two acts at once wait for each other, and never in a ring.

Who has waited for a row gets it as it is now, and what was joined to it as it was: what an act may change is read after the lock.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist

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


def _functions(tree: ast.AST) -> Iterator[tuple[ast.AST, dict[str, ast.expr]]]:
    """Each function, and what it calls its parts; the last name given counts, as a lock is seldom named again."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            named = (each for each in ast.walk(node) if isinstance(each, ast.Assign) and len(each.targets) == 1)
            yield node, {each.targets[0].id: each.value for each in named if isinstance(each.targets[0], ast.Name)}


def _whole_chain(link: ast.expr, named: dict[str, ast.expr]) -> tuple[str, dict[str, list[ast.Call]]]:
    """The name with which a chain begins, and its calls, followed back through what the function named."""
    calls: dict[str, list[ast.Call]] = {}
    followed: set[str] = set()
    while True:
        if isinstance(link, ast.Call) and isinstance(link.func, ast.Attribute):
            calls.setdefault(link.func.attr, []).append(link)
            link = link.func.value
        elif isinstance(link, ast.Attribute):
            link = link.value
        elif isinstance(link, ast.Name) and link.id in named.keys() - followed:
            followed.add(link.id)
            link = named[link.id]
        else:
            return (link.id if isinstance(link, ast.Name) else ""), calls


def _joined(tree: ast.AST) -> Iterator[tuple[int, str, str]]:
    """For each lock that joins: its line, the model with which the chain begins, and the path of the relation."""
    for function, named in _functions(tree):
        for node in ast.walk(function):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                begins, calls = _whole_chain(node, named)
                if LOCK in calls:
                    paths = (path for call in calls.get("select_related", ()) for path in call.args)
                    yield from ((node.lineno, begins, ast.literal_eval(path)) for path in paths)


def _may_be_none(model: str, path: str) -> bool:
    """Whether one of the relations is empty at times, or is kept by the other side."""
    found = {each.__name__: each for each in apps.get_models()}.get(model)
    for part in path.split("__"):
        if found is None:
            return False
        try:
            field = found._meta.get_field(part)
        except FieldDoesNotExist:
            return False
        if field.null or not field.concrete:
            return True
        found = field.related_model
    return False


def test_no_lock_joins_what_may_be_none():
    joins = [
        (f"{path.relative_to(ROOT)}:{line}", model, relation)
        for floor in FLOORS
        for path in sorted((ROOT / floor).rglob("*.py"))
        for line, model, relation in _joined(ast.parse(path.read_text()))
    ]
    assert len(joins) > 20
    assert not [join for join in joins if _may_be_none(*join[1:])], "lock the row first, then read what hangs on it"


def test_the_scene_itself_sees_a_lock_that_joins():
    def joins(*lines):
        (found,) = {join[1:] for join in _joined(ast.parse("def act():\n " + "\n ".join(lines)))}
        return _may_be_none(*found)

    assert joins("rows = DestructionList.objects.select_related('witness')", "return rows.select_for_update().get()")
    assert joins("return Circular.objects.select_for_update(of=('self',)).select_related('text').get(pk=1)")
    assert joins("locked = Incoming.objects.select_for_update()", "list(locked.select_related('circular__page'))")
    assert not joins("return Holding.objects.select_for_update(of=('self',)).select_related('circular__page').get()")
