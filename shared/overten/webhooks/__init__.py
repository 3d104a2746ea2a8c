"""Webhooks: telling integrators' addresses that a run is over; signed, retried, and to be looked up."""
