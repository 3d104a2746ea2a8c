"""Reads the template as CloudFormation means it: short forms of functions become one-member mappings."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

REPOSITORY = Path(__file__).parents[1]


class _Loader(yaml.SafeLoader):
    pass


def _function(loader: yaml.SafeLoader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    if isinstance(node, yaml.SequenceNode):
        return {suffix: loader.construct_sequence(node, deep=True)}
    if isinstance(node, yaml.MappingNode):
        return {suffix: loader.construct_mapping(node, deep=True)}
    return {suffix: loader.construct_scalar(node)}  # type: ignore[arg-type]


_Loader.add_multi_constructor("!", _function)


@cache
def template() -> dict[str, Any]:
    """The template, read once: nobody may change it."""
    loaded: dict[str, Any] = yaml.load((REPOSITORY / "template.yaml").read_text(), _Loader)  # noqa: S506 - a SafeLoader
    return loaded


def resources(kind: str) -> dict[str, dict[str, Any]]:
    """The properties of every resource of a type, by logical id."""
    return {
        name: resource.get("Properties", {})
        for name, resource in template()["Resources"].items()
        if resource["Type"] == kind
    }


def functions() -> dict[str, dict[str, Any]]:
    """The properties of every function, with what they take from Globals."""
    common = template()["Globals"]["Function"]
    return {name: {**common, **own} for name, own in resources("AWS::Serverless::Function").items()}


def statements(function: dict[str, Any]) -> list[dict[str, Any]]:
    """The policy statements of a function, those under a condition included."""
    found = []
    for policy in function.get("Policies", []):
        for statement in policy["Statement"]:
            found += [part for part in statement.get("If", [statement]) if isinstance(part, dict) and "Effect" in part]
    return found
