"""The scam-ad maker: ads with known truth, for tests and for ``qalqan evaluate candidates``."""
