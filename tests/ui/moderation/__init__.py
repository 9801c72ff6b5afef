"""The page of moderation, its parts, and what stands behind them."""
