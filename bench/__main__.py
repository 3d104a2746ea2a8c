"""`make bench`: every measurement there is."""

from bench import agent, api, documents, export, resume, webhooks

agent.main()
documents.main()
api.main()
export.main()
resume.main()
webhooks.main()
