"""`make bench`: every measurement there is."""

from bench import agent, api, documents, export, webhooks

agent.main()
documents.main()
api.main()
export.main()
webhooks.main()
