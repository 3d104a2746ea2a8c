"""`make bench`: every measurement there is."""

from bench import api, documents, export

documents.main()
api.main()
export.main()
