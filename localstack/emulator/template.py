"""The template as plain values: short forms such as `!Ref X` become `{"Ref": X}`."""

import yaml

from . import place


class _Loader(yaml.SafeLoader):
    """YAML with CloudFormation's short forms."""


def _intrinsic(loader: _Loader, suffix: str, node: yaml.Node):
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)
    if suffix == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}": value}


_Loader.add_multi_constructor("!", _intrinsic)


def read() -> dict:
    """The project's template."""
    with place.TEMPLATE.open() as file:
        return yaml.load(file, _Loader)


def resources(template: dict, kind: str) -> dict[str, dict]:
    """Every resource of this type by its logical id."""
    return {name: block for name, block in template["Resources"].items() if block["Type"] == kind}
