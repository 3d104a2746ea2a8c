"""Documents that show all that the engines can do, each as the operations that make it."""
