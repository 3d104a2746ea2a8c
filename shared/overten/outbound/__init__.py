"""Requests to addresses that users name: never to anything but a public host, judged on the address connected to."""
