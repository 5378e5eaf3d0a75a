"""The application of the Django clients."""
