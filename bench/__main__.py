"""`make bench`: every measurement there is."""

from bench import api

api.main()
