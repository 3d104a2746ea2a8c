"""The built-in author: composes workbooks, documents and presentations from the words, numbers and files of a request,
without any AI model."""
