"""`make bench`: every measurement there is."""

from bench import api, documents, export, resume, webhooks

documents.main()
api.main()
export.main()
resume.main()
webhooks.main()
