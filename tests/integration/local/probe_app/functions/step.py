"""A task that fails as its input says."""

import os
import time


class Flaky(Exception):
    pass


class Refused(Exception):
    pass


def handler(event, context):
    wanted = event["input"]
    if event["attempt"] < wanted.get("flaky", 0):
        raise Flaky("try again")
    if wanted.get("refuse"):
        raise Refused("never")
    if wanted.get("exit"):
        os._exit(3)
    time.sleep(wanted.get("sleep_seconds", 0))
    return {"attempt": event["attempt"], "execution": event["execution"]}
