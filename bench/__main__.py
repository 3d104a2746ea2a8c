"""`make bench`: every measurement there is."""

from bench import api, documents, export, webhooks

documents.main()
api.main()
export.main()
webhooks.main()
