"""`make bench`: every measurement there is."""

from bench import api, documents, webhooks

documents.main()
api.main()
webhooks.main()
