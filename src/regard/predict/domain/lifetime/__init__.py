"""What customers are worth and will be: pure functions on columns, and what reads and keeps for them."""
