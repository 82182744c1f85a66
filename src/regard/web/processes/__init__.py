"""The processes that an installation consists of, and how one of them begins."""
