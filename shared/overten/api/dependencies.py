"""What endpoints ask for by type."""

from __future__ import annotations

import time
from typing import Annotated

from fastapi import Depends, Path, Query

from overten.accounts.models import AuthenticatedKey, User
from overten.api import context
from overten.api.app import inline, user_of


def _now() -> float:
    return time.time()


Caller = Annotated[AuthenticatedKey, Depends(inline(context.caller_of))]
SignedInUser = Annotated[User, Depends(inline(user_of))]
Now = Annotated[float, Depends(inline(_now))]
RequestId = Annotated[str, Depends(inline(context.request_id))]
Arrival = Annotated[float, Depends(inline(context.arrival_seconds))]
BaseUrl = Annotated[str, Depends(inline(context.base_url))]

OrgIdPath = Annotated[str, Path(alias="org_id", max_length=64, examples=["org_01JD3Q7Z8X5R2K9M4N6P8T0V1W"])]
KeyIdPath = Annotated[str, Path(alias="key_id", max_length=64, examples=["key_01JD3Q7Z8X5R2K9M4N6P8T0V1W"])]
RunIdPath = Annotated[str, Path(alias="run_id", max_length=64, examples=["run_01JD3Q7Z8X5R2K9M4N6P8T0V1W"])]
VersionPath = Annotated[int, Path(alias="version", ge=1, le=999_999, examples=[1])]
TaskIdPath = Annotated[str, Path(alias="task_id", max_length=64, examples=["task_01JD3Q7Z8X5R2K9M4N6P8T0V1W"])]
FileIdPath = Annotated[str, Path(alias="file_id", max_length=64, examples=["file_01JD3Q7Z8X5R2K9M4N6P8T0V1W"])]
ImageIdPath = Annotated[str, Path(alias="image_id", max_length=64, examples=["img_01JD3Q7Z8X5R2K9M4N6P8T0V1W"])]
WebhookIdPath = Annotated[str, Path(alias="webhook_id", max_length=64, examples=["whk_01JD3Q7Z8X5R2K9M4N6P8T0V1W"])]
DeliveryIdPath = Annotated[str, Path(alias="delivery_id", max_length=64, examples=["evt_01JD3Q7Z8X5R2K9M4N6P8T0V1W"])]
Cursor = Annotated[str | None, Query(max_length=200, description="`next_cursor` of the page before")]
Limit = Annotated[int, Query(ge=1, le=100)]
