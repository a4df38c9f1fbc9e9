"""What was made of what: telling it, proving it, and following it in either direction."""
