"""The few things every store shares: clients made on first use, and DynamoDB's types and transactions."""
