"""Stand-ins for services on the network, as real servers on the loopback."""
