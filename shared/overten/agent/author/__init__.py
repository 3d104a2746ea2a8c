"""The built-in author: composes workbooks from the words and numbers of a request, without any AI model."""
