"""Whether a request has what it speaks of: judged before any work, from its words and from what is given with it."""
