"""`make bench`: every measurement there is."""

from bench import api, documents

documents.main()
api.main()
