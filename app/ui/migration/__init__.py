"""Moving house, backups and files that come and go: what is seen of them."""
