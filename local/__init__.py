"""The one-command local stack: the product's own template and handlers on an AWS emulator, on this machine only."""
