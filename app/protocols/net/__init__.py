"""What stands behind the door ``app.protocols.http``; nobody else comes in here."""
