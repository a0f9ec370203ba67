"""What may be uploaded: names, kinds by content and name, and thumbnails made apart from the server."""
