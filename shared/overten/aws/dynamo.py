"""DynamoDB's wire types as plain Python, and transactions whose refusals can be told apart."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any

from overten.aws import clients
from overten.errors import ServiceUnavailable

if TYPE_CHECKING:
    from boto3.dynamodb.types import TypeDeserializer, TypeSerializer

type Item = dict[str, Any]
type WireItem = dict[str, Any]

_CONFLICT_ATTEMPTS = 6


class TransactionRefused(Exception):
    """A condition of a transaction did not hold and nothing was written.

    `failed` maps the name of each action whose condition failed to the item it found there (empty if none).
    """

    def __init__(self, failed: dict[str, Item]) -> None:
        super().__init__(f"conditions {sorted(failed)} did not hold")
        self.failed = failed


class ConditionFailed(Exception):
    """A single write's condition did not hold; `item` is what stood there (empty if nothing)."""

    def __init__(self, item: Item) -> None:
        super().__init__("the condition did not hold")
        self.item = item


@cache
def _serializer() -> TypeSerializer:
    from boto3.dynamodb.types import TypeSerializer

    return TypeSerializer()


@cache
def _deserializer() -> TypeDeserializer:
    from boto3.dynamodb.types import TypeDeserializer

    return TypeDeserializer()


def _storable(value: Any) -> Any:
    """Floats become exact decimals (DynamoDB has none), dates ISO text; members that are None are left out."""
    if isinstance(value, float):
        return Decimal(repr(value))
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: _storable(member) for key, member in value.items() if member is not None}
    if isinstance(value, list | tuple):
        return [_storable(member) for member in value]
    return value


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, dict):
        return {key: _plain(member) for key, member in value.items()}
    if isinstance(value, list):
        return [_plain(member) for member in value]
    return value


def to_wire(item: Mapping[str, Any]) -> WireItem:
    """A plain item as DynamoDB's typed attributes. Members that are None are left out."""
    return {key: _serializer().serialize(value) for key, value in _storable(item).items()}


def from_wire(item: Mapping[str, Any]) -> Item:
    """DynamoDB's typed attributes as a plain item, whole numbers as int."""
    return {key: _plain(_deserializer().deserialize(value)) for key, value in item.items()}


def get(table: str, key: Mapping[str, Any]) -> Item | None:
    """One item, read strongly, or None."""
    answer = clients.dynamodb().get_item(TableName=table, Key=to_wire(key), ConsistentRead=True)
    return from_wire(answer["Item"]) if answer.get("Item") else None


def get_many(table: str, keys: Sequence[Mapping[str, Any]]) -> list[Item]:
    """The items that exist of these keys (at most 100), read strongly, in no particular order."""
    wanted: list[WireItem] = [to_wire(key) for key in keys]
    found: list[Item] = []
    for attempt in range(_CONFLICT_ATTEMPTS):
        if not wanted:
            return found
        if attempt:
            _pause(attempt)
        answer = clients.dynamodb().batch_get_item(RequestItems={table: {"Keys": wanted, "ConsistentRead": True}})
        found += [from_wire(item) for item in answer["Responses"].get(table, [])]
        unread: Any = answer.get("UnprocessedKeys") or {}
        wanted = unread.get(table, {}).get("Keys", [])
    raise ServiceUnavailable


def put(table: str, item: Mapping[str, Any]) -> None:
    """Puts one item without conditions."""
    clients.dynamodb().put_item(TableName=table, Item=to_wire(item))


def put_if(
    table: str, item: Mapping[str, Any], *, condition: str, names: Mapping[str, str], values: Mapping[str, Any]
) -> None:
    """Puts one item under a condition; raises ConditionFailed with the item as it was."""
    client = clients.dynamodb()
    try:
        client.put_item(TableName=table, Item=to_wire(item), **_expressions(condition, names=names, values=values))
    except client.exceptions.ConditionalCheckFailedException as error:
        found: Any = error.response.get("Item") or {}
        raise ConditionFailed(from_wire(found)) from None


def put_many(table: str, items: Sequence[Mapping[str, Any]]) -> None:
    """Puts items without conditions, 25 to a call."""
    _write_many(table, [{"PutRequest": {"Item": to_wire(item)}} for item in items])


def delete_many(table: str, keys: Sequence[Mapping[str, Any]]) -> None:
    """Deletes the items of these keys that are there, 25 to a call."""
    _write_many(table, [{"DeleteRequest": {"Key": to_wire(key)}} for key in keys])


def _write_many(table: str, requests: Sequence[WireItem]) -> None:
    for start in range(0, len(requests), 25):
        waiting: Any = {table: requests[start : start + 25]}
        for attempt in range(_CONFLICT_ATTEMPTS):
            if attempt:
                _pause(attempt)
            waiting = clients.dynamodb().batch_write_item(RequestItems=waiting).get("UnprocessedItems")
            if not waiting:
                break
        else:
            raise ServiceUnavailable


def update(
    table: str,
    key: Mapping[str, Any],
    expression: str,
    *,
    condition: str | None = None,
    names: Mapping[str, str] | None = None,
    values: Mapping[str, Any] | None = None,
) -> Item:
    """One update, conditional as a rule. Returns the item as it then stands.

    Raises ConditionFailed with the item as it was.
    """
    client = clients.dynamodb()
    request: dict[str, Any] = {
        "TableName": table,
        "Key": to_wire(key),
        "UpdateExpression": expression,
        "ReturnValues": "ALL_NEW",
        **_expressions(condition, names=names, values=values),
    }
    for attempt in range(_CONFLICT_ATTEMPTS):
        try:
            return from_wire(client.update_item(**request)["Attributes"])
        except client.exceptions.ConditionalCheckFailedException as error:
            item: Any = error.response.get("Item") or {}
            raise ConditionFailed(from_wire(item)) from None
        except client.exceptions.TransactionConflictException:
            _pause(attempt)
    raise ServiceUnavailable


def delete(table: str, key: Mapping[str, Any]) -> None:
    """Deletes an item, if it is there."""
    clients.dynamodb().delete_item(TableName=table, Key=to_wire(key))


def delete_if(
    table: str, key: Mapping[str, Any], *, condition: str, names: Mapping[str, str], values: Mapping[str, Any]
) -> None:
    """Deletes an item under a condition; raises ConditionFailed with the item as it was."""
    client = clients.dynamodb()
    try:
        client.delete_item(TableName=table, Key=to_wire(key), **_expressions(condition, names=names, values=values))
    except client.exceptions.ConditionalCheckFailedException as error:
        item: Any = error.response.get("Item") or {}
        raise ConditionFailed(from_wire(item)) from None


def query(
    table: str,
    condition: str,
    values: Mapping[str, Any],
    *,
    index: str | None = None,
    newest_first: bool = False,
    limit: int | None = None,
) -> Iterator[Item]:
    """The items of one partition in key order, page after page; strongly read unless through an index."""
    request: dict[str, Any] = {
        "TableName": table,
        "KeyConditionExpression": condition,
        "ExpressionAttributeValues": to_wire(values),
        "ScanIndexForward": not newest_first,
    }
    if index:
        request["IndexName"] = index
    else:
        request["ConsistentRead"] = True
    if limit:
        request["Limit"] = limit
    while True:
        page = clients.dynamodb().query(**request)
        yield from (from_wire(item) for item in page["Items"])
        if not page.get("LastEvaluatedKey"):
            return
        request["ExclusiveStartKey"] = page["LastEvaluatedKey"]


def count(table: str, condition: str, values: Mapping[str, Any], *, index: str) -> int:
    """How many items of one partition an index holds, page after page; only the number is read."""
    request: dict[str, Any] = {
        "TableName": table,
        "IndexName": index,
        "KeyConditionExpression": condition,
        "ExpressionAttributeValues": to_wire(values),
        "Select": "COUNT",
    }
    found = 0
    while True:
        page = clients.dynamodb().query(**request)
        found += page["Count"]
        if not page.get("LastEvaluatedKey"):
            return found
        request["ExclusiveStartKey"] = page["LastEvaluatedKey"]


def put_action(table: str, item: Mapping[str, Any], *, condition: str | None = None, **expression: Any) -> WireItem:
    """A Put of a transaction; `names` and `values` belong to the condition."""
    return {"Put": {"TableName": table, "Item": to_wire(item), **_expressions(condition, **expression)}}


def check_action(table: str, key: Mapping[str, Any], *, condition: str, **expressions: Any) -> WireItem:
    """A condition of a transaction on an item that it does not write."""
    return {"ConditionCheck": {"TableName": table, "Key": to_wire(key), **_expressions(condition, **expressions)}}


def update_action(
    table: str, key: Mapping[str, Any], expression: str, *, condition: str | None = None, **expressions: Any
) -> WireItem:
    """An Update of a transaction."""
    return {
        "Update": {
            "TableName": table,
            "Key": to_wire(key),
            "UpdateExpression": expression,
            **_expressions(condition, **expressions),
        }
    }


def delete_action(table: str, key: Mapping[str, Any]) -> WireItem:
    """A Delete of a transaction, of an item that need not be there."""
    return {"Delete": {"TableName": table, "Key": to_wire(key)}}


def _expressions(
    condition: str | None, *, names: Mapping[str, str] | None = None, values: Mapping[str, Any] | None = None
) -> WireItem:
    parts: WireItem = {}
    if condition:
        parts["ConditionExpression"] = condition
        parts["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"
    if names:
        parts["ExpressionAttributeNames"] = dict(names)
    if values:
        parts["ExpressionAttributeValues"] = to_wire(values)
    return parts


def transact(actions: Mapping[str, WireItem], *, token: str) -> None:
    """All of the named writes or none, at most once for one `token` (≤ 36 characters, remembered for ten minutes).

    A conflict with another transaction is retried with full jitter and then is ServiceUnavailable; conditions that do
    not hold are TransactionRefused, by name.
    """
    client = clients.dynamodb()
    request: dict[str, Any] = {"TransactItems": list(actions.values()), "ClientRequestToken": token}
    for attempt in range(_CONFLICT_ATTEMPTS):
        try:
            client.transact_write_items(**request)
        except client.exceptions.TransactionCanceledException as error:
            reasons: Any = error.response.get("CancellationReasons", [])
            _raise_refused(actions, reasons)
            if not any(reason.get("Code") in _PASSING_REASONS for reason in reasons):
                raise
        except client.exceptions.TransactionInProgressException:
            pass
        else:
            return
        _pause(attempt)
    raise ServiceUnavailable


def _pause(attempt: int) -> None:
    """Full jitter, longer with each attempt."""
    time.sleep(random.uniform(0, min(1.0, 0.02 * 2**attempt)))  # noqa: S311 - jitter, not a secret


def _raise_refused(actions: Mapping[str, WireItem], reasons: Sequence[Mapping[str, Any]]) -> None:
    """DynamoDB gives its reasons in the order of the actions, one for each."""
    failed = {
        name: from_wire(reason.get("Item") or {})
        for name, reason in zip(actions, reasons, strict=False)
        if reason.get("Code") == "ConditionalCheckFailed"
    }
    if failed:
        raise TransactionRefused(failed)


_PASSING_REASONS = {"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"}
